package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.coord.testing.Group;
import dev.coord.testing.OtherUser;
import dev.coord.testing.Participant;
import dev.coord.testing.PostgresServer;
import dev.coord.testing.Sql;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three processes on a PostgreSQL whose disk is small, and gets full. */
@Tag("campaign")
class FullDiskCampaign {
    private static final int MEGABYTES = 200;
    private static final int BLOCK = 4096;
    private static final Duration PACE = Duration.ofMillis(5);

    @TempDir
    private Path root;

    /** A file system of its own. */
    private record Disk(Path directory) implements AutoCloseable {
        static Disk mount(Path directory) throws IOException {
            Files.createDirectories(directory);
            assumeTrue(
                    OtherUser.isRoot()
                            && OtherUser.succeeds(List.of(
                                    "mount",
                                    "-t",
                                    "tmpfs",
                                    "-o",
                                    "size=" + MEGABYTES + "m",
                                    "none",
                                    directory.toString())),
                    "A disk of its own needs root: run this test as root to have it");
            return new Disk(directory);
        }

        private Path filler() {
            return directory.resolve("filler");
        }

        /** Nothing is left for anybody. */
        void fill() throws IOException {
            try (OutputStream filler = Files.newOutputStream(filler())) {
                byte[] block = new byte[BLOCK];
                while (true) {
                    filler.write(block);
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("No space left");
            }
        }

        void makeRoom() throws IOException {
            Files.delete(filler());
        }

        @Override
        public void close() {
            OtherUser.succeeds(List.of("umount", "-l", directory.toString()));
        }
    }

    @Test
    void nobodyLeadsUntilThereIsRoomAndNothingIsLost() throws IOException {
        try (Disk disk = Disk.mount(root.resolve("disk"));
                PostgresServer server = PostgresServer.start(disk.directory().resolve("data"));
                Group group = Group.in(root, options -> options.withShortTimes().withDatabase(server.url()))) {
            group.startAll(3);
            group.putUnderLoad(PACE);
            Participant old = group.awaitAgreement();
            long term = old.lastTerm();
            List<Integer> threads = threads(group);

            disk.fill();
            await("the end of the leadership").until(() -> {
                useTheLog(server);
                return !old.leads();
            });
            old.process().await("LOST " + term);
            disk.makeRoom();
            server.restartIfEnded();

            group.awaitLeaderAfter(term);
            group.awaitAgreement();
            group.awaitProgress();
            for (int i = 0; i < threads.size(); i++) {
                Participant participant = group.all().get(i);
                int before = threads.get(i);
                await("no more threads than before")
                        .until(() -> participant.process().threads() <= before);
            }
            System.out.println(group.killAndCheck() + " steps acknowledged");
        }
    }

    private static List<Integer> threads(Group group) {
        return group.all().stream()
                .map(participant -> participant.process().threads())
                .toList();
    }

    /** The server ends when it has no room for what it has to write next to its log. */
    private static void useTheLog(PostgresServer server) {
        try {
            Sql.execute(server.url(), "SELECT pg_switch_wal()");
        } catch (IllegalStateException e) {
            // It has ended.
        }
    }
}
