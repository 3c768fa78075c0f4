package dev.coord.store.shared;

import dev.coord.testing.Console;
import dev.coord.testing.Freeze;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/** Makes something happen to this process at one step on the way to being the owner, once. */
final class ArmedFailpoint implements Failpoints {
    private static final int KILLED = 137;

    private final AtomicReference<Armed> armed = new AtomicReference<>();
    private final Semaphore go = new Semaphore(0);

    /** What happens. */
    enum Action {
        /** The process ends, as if it were killed. */
        DIE,
        /** The process stops, until it is told to continue. */
        FREEZE,
        /** The thread waits for {@link #go()}; the others go on. */
        HOLD
    }

    private record Armed(Step step, Action action, Path marker) {}

    /** Arms {@code step} for whichever process comes to it first: that one makes the file {@code marker}. */
    void arm(Step step, Action action, Path marker) {
        armed.set(new Armed(step, action, marker));
    }

    void go() {
        go.release();
    }

    @Override
    public void reached(Step step) {
        Armed now = armed.get();
        if (now == null || now.step() != step || !armed.compareAndSet(now, null) || !isFirst(now.marker())) {
            return;
        }
        Console.say("AT " + step);
        switch (now.action()) {
            case DIE -> Runtime.getRuntime().halt(KILLED);
            case FREEZE -> Freeze.self();
            case HOLD -> go.acquireUninterruptibly();
        }
    }

    /** Stops this process until it is told to continue, unless {@code marker} exists. */
    static void freezeOnce(Path marker) {
        if (isFirst(marker)) {
            Freeze.self();
        }
    }

    private static boolean isFirst(Path marker) {
        try {
            Files.createFile(marker);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
