package dev.coord.world;

import java.util.Arrays;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Reads all the time, and beside each read does one in a map, which nothing can delay but the machine. What it reads must not go
 * back.
 */
final class ReadProbe implements Runnable {
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final int MOST = 2_000_000;
    /** The first reads load classes. */
    private static final int FIRST_READS = 100;

    private final Supplier<World> world;
    private final ConcurrentSkipListMap<String, Long> map = new ConcurrentSkipListMap<>();
    private final Times reads = new Times();
    private final Times references = new Times();
    private volatile boolean ended;
    private volatile int seen;
    private Thread thread = new Thread();
    private long seqno;
    private long counter;
    private int wentBack;
    /** So that the reads in the map are for something. */
    private long sum;

    /** Durations, as many as there is room for. */
    private static final class Times {
        private long[] nanos = new long[1024];
        private int count;

        void add(long time) {
            if (count == nanos.length && count < MOST) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            if (count < nanos.length) {
                nanos[count++] = time;
            }
        }

        /** Median, 99th percentile, and longest. */
        String quantiles() {
            long[] sorted = Arrays.copyOf(nanos, count);
            Arrays.sort(sorted);
            return sorted[count / 2] + " " + sorted[(int) (count * 0.99)] + " " + sorted[count - 1];
        }
    }

    ReadProbe(Supplier<World> world) {
        this.world = world;
        map.put(ChaosOperations.COUNTER, 1L);
    }

    void begin() {
        ended = false;
        seen = 0;
        reads.count = 0;
        references.count = 0;
        for (int i = 0; i < FIRST_READS; i++) {
            world.get().read(this::note);
        }
        thread = new Thread(this, "read-probe");
        thread.setDaemon(true);
        thread.start();
    }

    /** How many reads there were since it began. */
    int count() {
        return seen;
    }

    /** How many reads; quantiles of them, and of the reads in the map, in nanoseconds; how many went back; and a sum. */
    String end() throws InterruptedException {
        ended = true;
        thread.join();
        return reads.count + " " + reads.quantiles() + " " + references.quantiles() + " " + wentBack + " " + sum;
    }

    @Override
    public void run() {
        World read = world.get();
        do {
            long before = System.nanoTime();
            read.read(this::note);
            long between = System.nanoTime();
            sum += map.get(ChaosOperations.COUNTER);
            long after = System.nanoTime();
            reads.add(between - before);
            seen = reads.count;
            references.add(after - between);
            LockSupport.parkNanos(PAUSE_NANOS);
        } while (!ended);
    }

    private boolean note(WorldView view) {
        long newSeqno = view.seqno();
        long newCounter = ChaosOperations.number(view, ChaosOperations.COUNTER);
        if (newSeqno < seqno || newCounter < counter) {
            wentBack++;
        }
        seqno = newSeqno;
        counter = newCounter;
        return true;
    }
}
