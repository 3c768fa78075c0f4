package dev.coord.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Freezes the process that it is called in. */
public final class Freeze {
    private static final long LONGEST_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private Freeze() {}

    /** Stops this process; returns when it was told to continue. */
    public static void self() {
        try {
            new ProcessBuilder(
                            "sh", "-c", "kill -STOP " + ProcessHandle.current().pid())
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        // The signal is on its way: this thread must not go on before it has come.
        long sent = System.nanoTime();
        while (System.nanoTime() - sent < LONGEST_DELAY_NANOS) {
            LockSupport.parkNanos(LONGEST_DELAY_NANOS);
        }
    }
}
