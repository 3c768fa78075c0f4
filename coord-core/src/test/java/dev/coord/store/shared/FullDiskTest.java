package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.coord.CoordException;
import dev.coord.Leadership;
import dev.coord.ParticipantId;
import dev.coord.StoreUnavailableException;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.CoordinatorListener;
import dev.coord.store.Participant;
import dev.coord.store.Store;
import dev.coord.testing.OtherUser;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A small file system in memory that is full, or becomes full. Only root can mount one. */
class FullDiskTest {
    private static final String GROUP = "group";
    private static final int REFUSALS = 5;

    @TempDir
    private Path root;

    private final ExecutorService filler = Executors.newSingleThreadExecutor();
    private volatile boolean full = true;
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
        full = false;
        filler.shutdownNow();
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
    void aDiskThatFillsUpCostsOneTermAtMostAndNothingThatWasAcknowledged() throws Exception {
        Logger log = (Logger) LoggerFactory.getLogger(OwnerCandidate.class);
        var told = new ListAppender<ILoggingEvent>();
        told.start();
        log.addAppender(told);
        var settings = SharedStoreSettings.defaults().withCallTimeout(Duration.ofSeconds(1));
        var acknowledged = new ArrayList<String>();
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
                    leaderships.add(leadership);
                }
            });
            coordinator.start();
            await().until(() -> !leaderships.isEmpty());
            Leadership first = leaderships.get(0);
            putOnePatiently(store, acknowledged);

            fill();
            // What the database gives back when it is opened again is taken at once.
            Future<?> filling = filler.submit(this::keepFull);
            for (int i = 0; i < REFUSALS; i++) {
                CoordException refusal = putUntilRefused(store, acknowledged);
                assertThat(refusal).hasMessageContaining(disk.toString());
            }
            full = false;
            filling.get();
            Files.delete(filler());

            await().until(() -> coordinator.leadership().isPresent());
            putOnePatiently(store, acknowledged);
            assertThat(ids(store)).containsAll(acknowledged);
            // Its lease may live through an outage that is shorter than its deadline.
            assertThat(leaderships)
                    .extracting(leadership -> leadership.term().value())
                    .as("one outage costs one term at most")
                    .hasSizeBetween(1, 2)
                    .startsWith(first.term().value())
                    .endsWith(first.term().value() + leaderships.size() - 1);
            assertThat(told.list.stream().filter(line -> line.getLevel().isGreaterOrEqual(Level.WARN)))
                    .as("what the loop that opens the database has to say of it")
                    .hasSizeLessThanOrEqualTo(REFUSALS);
        } finally {
            log.detachAppender(told);
        }
        try (Store store = SharedStore.open(disk, settings)) {
            assertThat(ids(store)).as("after a restart").containsAll(acknowledged);
        }
    }

    private void keepFull() {
        while (full) {
            try (OutputStream out = Files.newOutputStream(filler(), StandardOpenOption.APPEND)) {
                while (full) {
                    out.write(new byte[512]);
                }
            } catch (IOException e) {
                Thread.onSpinWait();
            }
        }
    }

    private static List<String> ids(Store store) {
        return store.participants().list("others").stream()
                .map(participant -> participant.id().value())
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
                .put(Participant.builder("others", new ParticipantId(id))
                        .capabilities(List.of("x".repeat(3000)))
                        .build());
        acknowledged.add(id);
    }
}
