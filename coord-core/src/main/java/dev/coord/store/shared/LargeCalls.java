package dev.coord.store.shared;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls whose answers may be large. A few are carried out at a time, until their answers were sent: whatever is asked for at once,
 * and however slowly it is taken, the owner holds no more than those. The others wait, in order. Safe for use by many threads.
 */
final class LargeCalls {
    /** Each answer has at most {@code 4 MiB}, and mostly less than one. */
    static final int MOST = 16;

    private final Deque<Call> waiting = new ArrayDeque<>();
    private int underWay;

    private static final class Call {
        private final Supplier<CompletableFuture<?>> work;
        private @Nullable CompletableFuture<?> begun;
        private boolean over;

        Call(Supplier<CompletableFuture<?>> work) {
            this.work = work;
        }
    }

    /** Begins {@code work}, which answers {@code observer}, when it is its turn; drops it when nobody waits for the answer any more. */
    void begin(ServerCallStreamObserver<?> observer, Supplier<CompletableFuture<?>> work) {
        var call = new Call(work);
        // Also a call whose time is over is cancelled.
        observer.setOnCancelHandler(() -> over(call));
        observer.setOnCloseHandler(() -> over(call));
        synchronized (this) {
            waiting.add(call);
        }
        next();
    }

    private void next() {
        for (Optional<Call> call = take(); call.isPresent(); call = take()) {
            Call begins = call.get();
            CompletableFuture<?> begun = begins.work.get();
            synchronized (this) {
                begins.begun = begun;
                if (!begins.over) {
                    continue;
                }
            }
            begun.cancel(false);
        }
    }

    private synchronized Optional<Call> take() {
        if (underWay == MOST || waiting.isEmpty()) {
            return Optional.empty();
        }
        underWay++;
        return Optional.of(waiting.remove());
    }

    private void over(Call call) {
        CompletableFuture<?> begun;
        synchronized (this) {
            if (call.over) {
                return;
            }
            call.over = true;
            begun = call.begun;
            if (!waiting.remove(call)) {
                underWay--;
            }
        }
        if (begun != null) {
            begun.cancel(false);
        }
        next();
    }
}
