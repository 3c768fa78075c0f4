package dev.coord.world;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds operations, but no longer those of a type whose earlier ones hold several threads for ever: they neither ended nor took
 * notice of their interruption. Such a type costs this process a few threads, in all its terms together, and not one for each
 * submission; others go on. When its threads end after all, it is found again. Safe for use by many threads.
 */
final class StuckOperations implements OperationLookup {
    /** More than one: it may have been the input. */
    static final int MOST_THREADS = 3;

    private record Lookup(Thread thread, String type) {}

    private final OperationLookup operations;
    private final Map<Thread, String> stuck = new ConcurrentHashMap<>();
    private volatile @Nullable Lookup last;

    StuckOperations(OperationLookup operations) {
        this.operations = operations;
    }

    /** All operations, stuck or not. */
    OperationLookup all() {
        return operations;
    }

    /**
     * {@code thread} was given up: what it applies does not end.
     *
     * @param submitted the type of what was submitted, which need not be that of the operation: it may be in a batch
     */
    void givenUp(Thread thread, String submitted) {
        Lookup applying = last;
        stuck.put(thread, applying != null && applying.thread() == thread ? applying.type() : submitted);
    }

    /** The types of those that do not end. */
    List<String> stuckTypes() {
        stuck.keySet().removeIf(thread -> !thread.isAlive());
        return stuck.values().stream().distinct().sorted().toList();
    }

    @Override
    public Optional<WorldOperation> worldOperation(String type, byte[] body) {
        begin(type);
        return operations.worldOperation(type, body);
    }

    @Override
    public Set<String> types() {
        return operations.types();
    }

    @Override
    public Optional<ObjectOperation> objectOperation(String type, byte[] body) {
        begin(type);
        return operations.objectOperation(type, body);
    }

    private void begin(String type) {
        if (!stuck.isEmpty()) {
            check(type);
        }
        last = new Lookup(Thread.currentThread(), type);
    }

    private void check(String type) {
        stuck.keySet().removeIf(thread -> !thread.isAlive());
        long threads = stuck.values().stream().filter(type::equals).count();
        if (threads >= MOST_THREADS) {
            throw new OperationTimeoutException(
                    WorldKeys.shortened(type),
                    "The operation '" + WorldKeys.shortened(type) + "' was not tried: " + threads
                            + " threads of the leader still apply earlier ones, which do not end even though they were"
                            + " interrupted. Make it end when its thread is interrupted, and restart the leader's process.");
        }
    }
}
