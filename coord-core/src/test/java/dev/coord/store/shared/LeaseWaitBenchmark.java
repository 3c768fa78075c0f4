package dev.coord.store.shared;

import dev.coord.ParticipantId;
import dev.coord.Term;
import dev.coord.proto.WorldChangeRecord;
import dev.coord.proto.WorldEntryRecord;
import dev.coord.proto.WorldQuad;
import dev.coord.store.BlockRef;
import dev.coord.store.Lease;
import dev.coord.store.LeaseHolder;
import dev.coord.store.LeaseRenewal;
import dev.coord.store.Store;
import dev.coord.store.StoredBlock;
import dev.coord.store.StoredEntry;
import dev.coord.store.WorldWriter;
import dev.coord.testing.TestStores;
import dev.coord.work.Workers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a renewal waits while a world keeps the owner busy. */
@Tag("benchmark")
class LeaseWaitBenchmark {
    private static final String GROUP = "group";
    private static final ParticipantId LEADER = new ParticipantId("leader");

    @TempDir
    private Path directory;

    private Store store;
    private final AtomicBoolean measuring = new AtomicBoolean();
    private final AtomicLong renewals = new AtomicLong();
    private final AtomicLong longest = new AtomicLong();
    private final AtomicLong over = new AtomicLong();
    private Thread renewing;
    private volatile boolean done;

    @BeforeEach
    void open() {
        store = SharedStore.open(directory, TestStores.PATIENT);
        store.leases().put(Lease.free(GROUP, new Term(1)).withHolder(LeaseHolder.of(LEADER)));
        store.world().begin(writer());
        renewing = Workers.daemon("renewing", this::renew);
        renewing.start();
    }

    @AfterEach
    void close() throws InterruptedException {
        done = true;
        renewing.join();
        store.close();
    }

    private static WorldWriter writer() {
        return new WorldWriter(GROUP, LEADER, new Term(1));
    }

    private void renew() {
        for (long number = 1; !done; number++) {
            long began = System.nanoTime();
            store.leases().renew(new LeaseRenewal(GROUP, LEADER, new Term(1), number, Duration.ZERO));
            long took = System.nanoTime() - began;
            if (measuring.get()) {
                renewals.incrementAndGet();
                longest.accumulateAndGet(took, Math::max);
                over.addAndGet(took > 20_000_000 ? 1 : 0);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    private void measure(String what, int times, IntConsumer work) {
        measuring.set(true);
        long began = System.nanoTime();
        for (int i = 0; i < times; i++) {
            work.accept(i);
        }
        long took = System.nanoTime() - began;
        measuring.set(false);
        System.out.printf(
                "%s: %d times in %d ms; %d renewals, the longest took %.1f ms, %d more than 20 ms%n",
                what, times, took / 1_000_000, renewals.getAndSet(0), longest.getAndSet(0) / 1e6, over.getAndSet(0));
    }

    private static StoredEntry quads(long seqno, int count) {
        var entry = WorldEntryRecord.newBuilder().setSeqno(seqno).setTerm(1).setOpId("op-" + seqno);
        for (int i = 0; i < count; i++) {
            entry.addChanges(WorldChangeRecord.newBuilder()
                    .setQuadSet(WorldQuad.newBuilder()
                            .setSubject("<hub>")
                            .setPredicate("knows")
                            .setObject("<object-" + seqno + "-" + i + ">")));
        }
        return new StoredEntry(entry.build().toByteArray());
    }

    @Test
    void commitsAndCheckpointsOfQuads() {
        measure(
                "commits of 500 quads",
                120,
                i -> store.world().commit(writer(), i, List.of(quads(i + 1, 500)), List.of()));
        measure("checkpoints of 250 changes", 240, i -> store.world().checkpoint(GROUP, 250));
        measure("truncations", 60, i -> store.world().truncate(writer(), 120));
    }

    @Test
    void readsOfLargeBlocksAtOnce() throws InterruptedException {
        measure(
                "commits of 1 MB",
                20,
                i -> store.world()
                        .commit(
                                writer(),
                                i,
                                List.of(quads(i + 1, 1)),
                                List.of(new StoredBlock(ref(i), new byte[1_000_000]))));
        var threads = new Thread[64];
        measuring.set(true);
        for (int t = 0; t < threads.length; t++) {
            threads[t] = Workers.daemon("reader-" + t, () -> {
                for (int i = 0; i < 50; i++) {
                    var unused = store.world().block(GROUP, ref(i % 20));
                }
            });
            threads[t].start();
        }
        measure("3,200 reads of 1 MB by 64 threads", 64, i -> {
            try {
                threads[i].join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static BlockRef ref(int number) {
        return new BlockRef("bucket", new byte[] {(byte) number, 1});
    }
}
