package dev.coord.testing;

import java.util.ArrayList;
import java.util.List;

/** Threads that do nothing but use the processors, so that other processes are starved, until it is closed. */
public final class BusyLoops implements AutoCloseable {
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    private BusyLoops() {}

    public static BusyLoops start(int count) {
        var loops = new BusyLoops();
        for (int i = 0; i < count; i++) {
            var thread = new Thread(loops::run, "busy-" + i);
            thread.setDaemon(true);
            thread.start();
            loops.threads.add(thread);
        }
        return loops;
    }

    private void run() {
        while (!closed) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
