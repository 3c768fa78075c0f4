package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.coord.CoordException;
import dev.coord.Leadership;
import dev.coord.LossReason;
import dev.coord.ParticipantId;
import dev.coord.StoreUnavailableException;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.CoordinatorListener;
import dev.coord.proto.ParticipantRecord;
import dev.coord.store.Store;
import dev.coord.testing.OtherUser;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small file system in memory that is full, or becomes full. Only root can mount one. */
class FullDiskTest {
    private static final String GROUP = "group";

    @TempDir
    private Path root;

    private Path disk;
    private boolean mounted;

    @BeforeEach
    void mount() throws IOException {
        disk = Files.createDirectory(root.resolve("disk"));
        mounted = OtherUser.isRoot()
                && OtherUser.succeeds(
                        List.of("mount", "-t", "tmpfs", "-o", "size=3m,mode=700", "tmpfs", disk.toString()));
        assumeTrue(
                mounted, "A full disk needs a small tmpfs: run this test as root, where mount is allowed, to have it");
    }

    @AfterEach
    void unmount() {
        if (mounted) {
            // Lazily: the epoch file stays mapped until the garbage collector comes by.
            assertThat(OtherUser.succeeds(List.of("umount", "--lazy", disk.toString())))
                    .isTrue();
        }
    }

    private Path filler() {
        return disk.resolve("filler");
    }

    private void fill() throws IOException {
        try (OutputStream out = Files.newOutputStream(filler())) {
            var block = new byte[4096];
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    @Test
    void aFullDiskIsRefusedWithItsPathAndWhatToDo() throws IOException {
        fill();

        assertThatThrownBy(() -> {
                    try (Store store = SharedStore.open(
                            disk, SharedStoreSettings.defaults().withCallTimeout(Duration.ofSeconds(2)))) {
                        store.leases().get(GROUP);
                    }
                })
                .isInstanceOf(CoordException.class)
                .hasMessageContaining(disk.toString())
                .hasMessageContaining("No space left");

        Files.delete(filler());
        try (Store store = SharedStore.open(disk, SharedStoreSettings.defaults())) {
            assertThat(store.leases().get(GROUP)).isEmpty();
        }
    }

    @Test
    void aCoordinatorOnAFullDiskSaysSo() throws IOException {
        fill();
        try (Coordinator coordinator = Coordinator.builder()
                .directory(disk)
                .storeSettings(SharedStoreSettings.defaults().withCallTimeout(Duration.ofSeconds(1)))
                .build()) {
            assertThatThrownBy(coordinator::start)
                    .isInstanceOf(CoordException.class)
                    .hasMessageContaining(disk.toString())
                    .hasMessageContaining("No space left");
        }
    }

    @Test
    void aDiskThatFillsUpCostsTheLeadershipAndNothingThatWasAcknowledged() throws IOException {
        var settings = SharedStoreSettings.defaults().withCallTimeout(Duration.ofSeconds(1));
        var acknowledged = new ArrayList<String>();
        List<String> events = new CopyOnWriteArrayList<>();
        List<Leadership> leaderships = new CopyOnWriteArrayList<>();
        try (Store store = SharedStore.open(disk, settings);
                Coordinator coordinator = Coordinator.builder()
                        .directory(disk)
                        .storeSettings(settings)
                        .group(GROUP)
                        .build()) {
            coordinator.addListener(new CoordinatorListener() {
                @Override
                public void becameLeader(Leadership leadership) {
                    events.add("leader");
                    leaderships.add(leadership);
                }

                @Override
                public void leadershipLost(Leadership leadership, LossReason reason) {
                    events.add("lost " + reason);
                }
            });
            coordinator.start();
            await().until(() -> !leaderships.isEmpty());
            Leadership first = leaderships.get(0);
            putOnePatiently(store, acknowledged);

            fill();
            CoordException refusal = putUntilRefused(store, acknowledged);
            assertThat(refusal).hasMessageContaining(disk.toString());
            await().until(() -> !first.isHeld());

            Files.delete(filler());
            int before = leaderships.size();
            await().until(() -> coordinator.leadership().isPresent() || leaderships.size() > before);
            assertThat(leaderships).extracting(Leadership::term).isSorted().doesNotHaveDuplicates();
            putOnePatiently(store, acknowledged);
            assertThat(ids(store)).containsAll(acknowledged);
            await().untilAsserted(
                            () -> assertThat(events).startsWith("leader", "lost RENEW_DEADLINE_PASSED", "leader"));
        }
        try (Store store = SharedStore.open(disk, settings)) {
            assertThat(ids(store)).as("after a restart").containsAll(acknowledged);
        }
    }

    private static List<String> ids(Store store) {
        return store.participants().list("others").stream()
                .map(ParticipantRecord::getParticipantId)
                .toList();
    }

    private static CoordException putUntilRefused(Store store, List<String> acknowledged) {
        for (int i = 0; i < 10_000; i++) {
            try {
                putOne(store, acknowledged);
            } catch (CoordException e) {
                return e;
            }
        }
        throw new AssertionError("The disk is full, and 10,000 records were written");
    }

    /** On a slow machine it may take longer than the short time-out. */
    private static void putOnePatiently(Store store, List<String> acknowledged) {
        await().ignoreException(StoreUnavailableException.class).until(() -> {
            putOne(store, acknowledged);
            return true;
        });
    }

    private static void putOne(Store store, List<String> acknowledged) {
        String id = ParticipantId.random().value();
        store.participants()
                .put(ParticipantRecord.newBuilder()
                        .setGroup("others")
                        .setParticipantId(id)
                        .addCapabilities("x".repeat(3000))
                        .build());
        acknowledged.add(id);
    }
}
