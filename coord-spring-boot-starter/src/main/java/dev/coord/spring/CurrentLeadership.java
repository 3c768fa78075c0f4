package dev.coord.spring;

import dev.coord.Leadership;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The leadership under which the present thread works: inside an {@link OnLeader} method, a {@link LeaderOnly} call, and what the
 * application's {@link dev.coord.cluster.RoleChangeHandler} does as the leader, and nowhere else. Threads that these start do not
 * inherit it; hand the {@link Leadership} to them.
 */
public final class CurrentLeadership {
    private static final ThreadLocal<@Nullable Scope> INNERMOST = new ThreadLocal<>();

    private CurrentLeadership() {}

    /**
     * The leadership under which this thread works. It may have been lost meanwhile.
     *
     * @throws IllegalStateException if there is none
     */
    public static Leadership get() {
        return find().orElseThrow(() -> new IllegalStateException(
                "This thread does not work under a leadership: call it inside a method with @OnLeader or @LeaderOnly, on its"
                        + " own thread"));
    }

    /** The leadership under which this thread works, of several groups the innermost; empty if there is none. */
    public static Optional<Leadership> find() {
        return Optional.ofNullable(INNERMOST.get()).map(scope -> scope.leadership);
    }

    /** The leadership of {@code group} under which this thread works. */
    static Optional<Leadership> find(String group) {
        for (Scope scope = INNERMOST.get(); scope != null; scope = scope.outer) {
            if (scope.leadership.group().equals(group)) {
                return Optional.of(scope.leadership);
            }
        }
        return Optional.empty();
    }

    /** This thread, which is made for it, works under {@code leadership} until it leaves the scope. */
    static Scope enter(Leadership leadership) {
        return enter(leadership, () -> !leadership.isHeld());
    }

    /**
     * This thread works under {@code leadership} until it leaves the scope.
     *
     * @param interrupted whether it was interrupted because that is over
     */
    static Scope enter(Leadership leadership, BooleanSupplier interrupted) {
        Scope scope = new Scope(leadership, interrupted, INNERMOST.get());
        INNERMOST.set(scope);
        return scope;
    }

    /** The one interrupt that this thread has may have been meant for work around the one that ended, too. */
    static void passInterruptOn() {
        for (Scope scope = INNERMOST.get(); scope != null; scope = scope.outer) {
            if (scope.interrupted.getAsBoolean()) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    static final class Scope {
        private final Leadership leadership;
        private final BooleanSupplier interrupted;
        private final @Nullable Scope outer;

        private Scope(Leadership leadership, BooleanSupplier interrupted, @Nullable Scope outer) {
            this.leadership = leadership;
            this.interrupted = interrupted;
            this.outer = outer;
        }

        void leave() {
            if (outer == null) {
                INNERMOST.remove();
            } else {
                INNERMOST.set(outer);
            }
        }
    }
}
