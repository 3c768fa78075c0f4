package dev.coord.world;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which operation this thread applies at this moment, or which transaction it has open. Whatever it submits has its turn after
 * that, and waiting for it would never end.
 */
final class Applying {
    private static final ThreadLocal<@Nullable String> OPERATION = new ThreadLocal<>();
    private static final ThreadLocal<@Nullable String> TRANSACTION = new ThreadLocal<>();

    private Applying() {}

    static <T> T run(String type, Supplier<T> work) {
        OPERATION.set(type);
        try {
            return work.get();
        } finally {
            OPERATION.remove();
        }
    }

    /** This thread has a transaction open. */
    static void begin(String type) {
        TRANSACTION.set(type);
    }

    /** It no longer has. */
    static void end() {
        TRANSACTION.remove();
    }

    /**
     * Before something is submitted.
     *
     * @throws BlockingCallException if this thread applies an operation
     */
    static void checkSubmit(String submitted) {
        check(OPERATION.get(), submitted);
    }

    /**
     * Before something is submitted and waited for.
     *
     * @throws BlockingCallException if this thread applies an operation, or has a transaction open
     */
    static void checkWait(String submitted) {
        check(OPERATION.get(), submitted);
        check(TRANSACTION.get(), submitted);
    }

    private static void check(@Nullable String type, String submitted) {
        if (type != null) {
            throw new BlockingCallException("The operation '" + type + "' submits '" + submitted
                    + "' before it has ended, which would have its turn after it: nothing was submitted. Have '" + type
                    + "' change the world by itself, with the state that it is given, or submit the other one when '"
                    + type + "' is committed");
        }
    }
}
