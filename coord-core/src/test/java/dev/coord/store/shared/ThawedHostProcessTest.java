package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.store.shared.ArmedHooks.Action;
import dev.coord.store.shared.SharedStoreSettings.FrozenHost;
import dev.coord.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A frozen host thaws while another process makes its copy, and writes on into the file that is being copied. */
class ThawedHostProcessTest {
    @TempDir
    private Path root;

    @Test
    void whatAThawedHostWritesIsNeitherAcknowledgedNorHarmful() throws IOException, SQLException {
        thawAt(Hooks.Step.COPYING, root);
    }

    static void thawAt(Hooks.Step step, Path root) throws IOException, SQLException {
        try (var stores = new HookedStores(root, FrozenHost.COPY, HookedStores.SHORT)) {
            stores.makeFreezable();
            JavaProcess old = stores.startThree();
            stores.arm(stores.except(old), step, Action.HOLD);
            Path database = stores.database();
            stores.freezeInAnOperation(old);
            JavaProcess next = stores.awaitAt(step);
            FileTime frozen = Files.getLastModifiedTime(database);

            old.thaw();

            await("the old host writes on")
                    .until(() -> !Files.getLastModifiedTime(database).equals(frozen));
            next.send("go");
            stores.processes().forEach(stores::awaitProgress);
            assertThat(stores.database()).isNotEqualTo(database);
            old.await("PUT");
            stores.killAndCheck(
                    store -> assertThat(store.participants().get(HookedStoreMain.GROUP, HookedStoreMain.PARTICIPANT))
                            .as("what the old host was writing, once it was acknowledged")
                            .isPresent());
        }
    }
}
