package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.store.shared.ArmedFailpoint.Action;
import dev.coord.store.shared.SharedStoreSettings.FrozenOwner;
import dev.coord.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A frozen owner thaws while another process makes its copy, at each step at which it can, and writes on into the file that is being
 * copied.
 */
@Tag("campaign")
class ThawedOwnerCampaign {
    @TempDir
    private Path root;

    @ParameterizedTest
    @EnumSource(names = {"SOURCE_CHOSEN", "COPYING", "COPIED"})
    void whatAThawedOwnerWritesIsNeitherAcknowledgedNorHarmful(Failpoints.Step step) throws IOException, SQLException {
        thawAt(step, root);
    }

    private static void thawAt(Failpoints.Step step, Path root) throws IOException, SQLException {
        try (var stores = new FailpointStores(root, FrozenOwner.COPY, FailpointStores.SHORT)) {
            stores.makeFreezable();
            JavaProcess old = stores.startThree();
            stores.arm(stores.except(old), step, Action.HOLD);
            Path database = stores.database();
            Path mark =
                    new SharedDirectory(database.getParent()).journal(database).mark();
            stores.freezeInAnOperation(old);
            JavaProcess next = stores.awaitAt(step);
            FileTime frozen = Files.getLastModifiedTime(mark);

            old.thaw();

            await("the old owner writes on")
                    .until(() -> !Files.getLastModifiedTime(mark).equals(frozen));
            next.send("go");
            stores.processes().forEach(stores::awaitProgress);
            assertThat(stores.database()).isNotEqualTo(database);
            old.await("PUT");
            stores.killAndCheck(store -> assertThat(
                            store.participants().get(FailpointStoreMain.GROUP, FailpointStoreMain.PARTICIPANT))
                    .as("what the old owner was writing, once it was acknowledged")
                    .isPresent());
        }
    }
}
