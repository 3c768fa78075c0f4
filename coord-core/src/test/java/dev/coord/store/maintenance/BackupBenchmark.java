package dev.coord.store.maintenance;

import com.google.protobuf.ByteString;
import dev.coord.ParticipantId;
import dev.coord.Term;
import dev.coord.proto.WorldChangeRecord;
import dev.coord.proto.WorldEntryRecord;
import dev.coord.proto.WorldRef;
import dev.coord.store.BlockRef;
import dev.coord.store.Lease;
import dev.coord.store.LeaseHolder;
import dev.coord.store.Store;
import dev.coord.store.StoredBlock;
import dev.coord.store.StoredEntry;
import dev.coord.store.WorldWriter;
import dev.coord.store.shared.SharedStore;
import dev.coord.testing.TestStores;
import dev.coord.work.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long commits pause while a backup of 100 MB is made: one commit after the other, each as soon as the one before is answered. */
@Tag("benchmark")
class BackupBenchmark {
    private static final String GROUP = "group";
    private static final ParticipantId LEADER = new ParticipantId("leader");
    private static final int BLOCKS = 1600;
    private static final int BLOCK_BYTES = 50_000;
    private static final int OBJECTS = 200_000;
    private static final int PER_ENTRY = 500;
    private static final int ROUNDS = 5;

    @TempDir
    private Path directory;

    private Store store;
    private final Random random = new Random(1);
    private final AtomicLong seqno = new AtomicLong();
    private volatile boolean done;

    @BeforeEach
    void fill() throws Exception {
        store = SharedStore.open(directory.resolve("coord"), TestStores.PATIENT);
        store.leases().put(Lease.free(GROUP, new Term(1)).withHolder(LeaseHolder.of(LEADER)));
        store.world().begin(writer());
        for (int i = 0; i < OBJECTS; i += PER_ENTRY) {
            commit(entry(i, PER_ENTRY), List.of());
        }
        for (int i = 0; i < BLOCKS; i++) {
            byte[] content = new byte[BLOCK_BYTES];
            random.nextBytes(content);
            byte[] address = new byte[33];
            address[0] = StoreCheck.SHA_256;
            System.arraycopy(MessageDigest.getInstance("SHA-256").digest(content), 0, address, 1, 32);
            commit(entry(i, 1), List.of(new StoredBlock(new BlockRef("", address), content)));
        }
        while (store.world().checkpoint(GROUP, 1000) < seqno.get()) {
            // Until all of it is in rows.
        }
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static WorldWriter writer() {
        return new WorldWriter(GROUP, LEADER, new Term(1));
    }

    private WorldEntryRecord.Builder entry(int first, int count) {
        var entry = WorldEntryRecord.newBuilder().setTerm(1);
        for (int i = first; i < first + count; i++) {
            byte[] content = new byte[60];
            random.nextBytes(content);
            content[0] = 0;
            entry.addChanges(WorldChangeRecord.newBuilder()
                    .setObjectPut(WorldChangeRecord.ObjectPut.newBuilder()
                            .setKey("objects/" + i)
                            .setRev(1)
                            .setRoot(WorldRef.newBuilder().setAddress(ByteString.copyFrom(content)))));
        }
        return entry;
    }

    private void commit(WorldEntryRecord.Builder entry, List<StoredBlock> blocks) {
        long before = seqno.get();
        var stored = new StoredEntry(
                entry.setSeqno(before + 1).setOpId("op-" + before).build().toByteArray());
        if (!store.world().commit(writer(), before, List.of(stored), blocks).accepted()) {
            throw new IllegalStateException("refused");
        }
        seqno.incrementAndGet();
    }

    /** Commits until it is told to stop; says how long each took. */
    private long[] commitMeanwhile(Runnable work) throws InterruptedException {
        done = false;
        List<Long> times = new ArrayList<>();
        Thread committing = Workers.daemon("committing", () -> {
            for (int i = 0; !done; i++) {
                WorldEntryRecord.Builder entry = entry(i % OBJECTS, 1);
                long began = System.nanoTime();
                commit(entry, List.of());
                times.add(System.nanoTime() - began);
            }
        });
        committing.start();
        work.run();
        done = true;
        committing.join();
        return times.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    private static String figures(long[] sorted) {
        return String.format(
                "%d commits, median %.3f ms, p99 %.2f ms, p99.9 %.2f ms, longest %.1f ms",
                sorted.length,
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6,
                sorted[(int) (sorted.length * 0.999)] / 1e6,
                sorted[sorted.length - 1] / 1e6);
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void commitsWhileABackupIsMade() throws Exception {
        for (int round = 1; round <= ROUNDS; round++) {
            long[] took = new long[1];
            Path file = directory.resolve("backup-" + round + ".zip");
            long[] with = commitMeanwhile(() -> {
                long began = System.nanoTime();
                try {
                    Backup.write(store, file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                took[0] = (System.nanoTime() - began) / 1_000_000;
            });
            long[] without = commitMeanwhile(() -> sleep(took[0]));
            System.out.printf(
                    "round %d: a backup of %d MB took %d ms%n  with:    %s%n  without: %s%n",
                    round, Files.size(file) / 1_000_000, took[0], figures(with), figures(without));
        }
    }
}
