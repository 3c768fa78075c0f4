package dev.coord.world;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What futures failed with. */
final class Failures {
    private Failures() {}

    /** What went wrong, without what a future wrapped it in. */
    static @Nullable Throwable cause(@Nullable Throwable failure) {
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    /** What is thrown to a caller for what a future failed with. */
    static RuntimeException thrown(@Nullable Throwable cause) {
        return cause instanceof RuntimeException failure ? failure : new IllegalStateException(cause);
    }
}
