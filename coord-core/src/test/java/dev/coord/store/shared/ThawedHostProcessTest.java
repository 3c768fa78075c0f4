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
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A frozen host thaws while another process makes its copy, and writes on into the file that is being copied. */
class ThawedHostProcessTest {
    @TempDir
    private Path root;

    @ParameterizedTest
    @EnumSource(names = {"SOURCE_CHOSEN", "COPYING", "COPIED"})
    void whatAThawedHostWritesIsNeitherAcknowledgedNorHarmful(Hooks.Step step) throws IOException, SQLException {
        try (var stores = new HookedStores(root, FrozenHost.COPY)) {
            stores.makeFreezable();
            JavaProcess old = stores.startThree();
            stores.arm(stores.except(old), step, Action.HOLD);
            Path database = stores.database();
            stores.freezeInAnOperation(old);
            JavaProcess next = stores.awaitAt(step);
            FileTime frozen = Files.getLastModifiedTime(database);

            old.thaw();

            await("the old host writes on")
                    .atMost(Duration.ofSeconds(30))
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
