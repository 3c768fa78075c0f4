package dev.coord.world;

import dev.coord.InvalidSettingsException;
import dev.coord.time.Durations;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The limits of a world. Use the same in all processes.
 *
 * @param submitTimeout how long submitting waits for an answer, over all the leaders that it may take
 * @param operationTimeout how long one operation may take
 * @param resultRetention for how long the log and the results of operations are kept, at least: a submission that is repeated
 *     within that time is recognised
 * @param maxResults how many entries of the log are kept, at most, but for those that are not older than twice the submit timeout
 * @param blockCacheBytes how much content of large blocks each process keeps in memory
 * @param maxOperationSize the largest operation, and the most that one may change, in bytes
 * @param sweepInterval how often the leader removes blocks that nothing refers to
 * @param maxLogBytes how large the log may be; beyond it the oldest entries go at once, and with them the knowledge of which
 *     operations happened
 * @param maxQueueBytes how much may wait, each in a process: to be sent, to be applied, and to be told to listeners
 * @param resultCacheBytes how much of what operations returned each process keeps in memory; the rest is read from the log
 */
public record WorldSettings(
        Duration submitTimeout,
        Duration operationTimeout,
        Duration resultRetention,
        int maxResults,
        long blockCacheBytes,
        int maxOperationSize,
        Duration sweepInterval,
        long maxLogBytes,
        long maxQueueBytes,
        long resultCacheBytes) {
    private static final Duration LONGEST_KEPT = Duration.ofDays(366);
    /** What fits into a row of the log. */
    static final int MAX_OPERATION_SIZE = 1024 * 1024;

    /** What operations that happen at the same time may need, with room for their repetition. */
    private static final long LEAST_LOG = 16L * MAX_OPERATION_SIZE;

    private static final long MOST_LOG = 64L * 1024 * 1024 * 1024;

    public WorldSettings {
        Durations.positive("world's submit timeout", submitTimeout, "world.submit-timeout");
        Durations.positive("world's operation timeout", operationTimeout, "world.operation-timeout");
        Durations.positive("world's result retention", resultRetention, LONGEST_KEPT, "world.result-retention");
        Durations.positive("world's sweep interval", sweepInterval, LONGEST_KEPT, "world.sweep-interval");
        if (maxResults < 1) {
            throw new InvalidSettingsException(
                    "The world must keep at least 1 result, not " + maxResults, "world.max-results");
        }
        if (blockCacheBytes < 0) {
            throw new InvalidSettingsException(
                    "The world's block cache cannot have " + blockCacheBytes + " bytes", "world.block-cache");
        }
        if (maxLogBytes < LEAST_LOG || maxLogBytes > MOST_LOG) {
            throw new InvalidSettingsException(
                    "The world's log may have " + LEAST_LOG + " to " + MOST_LOG + " bytes, not " + maxLogBytes,
                    "world.max-log-size");
        }
        if (maxQueueBytes < 1) {
            throw new InvalidSettingsException(
                    "At least 1 byte must be able to wait for the world, not " + maxQueueBytes, "world.max-queue-size");
        }
        if (resultCacheBytes < 0) {
            throw new InvalidSettingsException(
                    "The world's result cache cannot have " + resultCacheBytes + " bytes", "world.result-cache");
        }
        if (maxOperationSize < 1 || maxOperationSize > MAX_OPERATION_SIZE) {
            throw new InvalidSettingsException(
                    "The world's largest operation has 1 to " + MAX_OPERATION_SIZE + " bytes, not " + maxOperationSize,
                    "world.max-operation-size");
        }
    }

    /** 10 s, 5 s, 10 minutes, 100,000, 64 MiB, 1 MiB, 10 minutes, 128 MiB, 32 MiB, 8 MiB. */
    public static WorldSettings defaults() {
        return new WorldSettings(
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofMinutes(10),
                100_000,
                64L * 1024 * 1024,
                MAX_OPERATION_SIZE,
                Duration.ofMinutes(10),
                128L * 1024 * 1024,
                32L * 1024 * 1024,
                8L * 1024 * 1024);
    }

    /** The same with another {@link #submitTimeout()}. */
    public WorldSettings withSubmitTimeout(Duration timeout) {
        return with(to -> to.submitTimeout = timeout);
    }

    /** The same with another {@link #operationTimeout()}. */
    public WorldSettings withOperationTimeout(Duration timeout) {
        return with(to -> to.operationTimeout = timeout);
    }

    /** The same with other limits for results and the log. */
    public WorldSettings withResults(Duration retention, int max) {
        return with(to -> {
            to.resultRetention = retention;
            to.maxResults = max;
        });
    }

    /** The same with another {@link #sweepInterval()}. */
    public WorldSettings withSweepInterval(Duration interval) {
        return with(to -> to.sweepInterval = interval);
    }

    /** The same with another {@link #maxLogBytes()}. */
    public WorldSettings withMaxLogBytes(long bytes) {
        return with(to -> to.maxLogBytes = bytes);
    }

    /** The same with other limits for what waits, and for results in memory. */
    public WorldSettings withMemory(long queue, long results) {
        return with(to -> {
            to.maxQueueBytes = queue;
            to.resultCacheBytes = results;
        });
    }

    private WorldSettings with(Consumer<Copy> change) {
        var copy = new Copy(this);
        change.accept(copy);
        return copy.made();
    }

    /** What a copy is to have. */
    private static final class Copy {
        private Duration submitTimeout;
        private Duration operationTimeout;
        private Duration resultRetention;
        private int maxResults;
        private long blockCacheBytes;
        private int maxOperationSize;
        private Duration sweepInterval;
        private long maxLogBytes;
        private long maxQueueBytes;
        private long resultCacheBytes;

        Copy(WorldSettings from) {
            submitTimeout = from.submitTimeout;
            operationTimeout = from.operationTimeout;
            resultRetention = from.resultRetention;
            maxResults = from.maxResults;
            blockCacheBytes = from.blockCacheBytes;
            maxOperationSize = from.maxOperationSize;
            sweepInterval = from.sweepInterval;
            maxLogBytes = from.maxLogBytes;
            maxQueueBytes = from.maxQueueBytes;
            resultCacheBytes = from.resultCacheBytes;
        }

        WorldSettings made() {
            return new WorldSettings(
                    submitTimeout,
                    operationTimeout,
                    resultRetention,
                    maxResults,
                    blockCacheBytes,
                    maxOperationSize,
                    sweepInterval,
                    maxLogBytes,
                    maxQueueBytes,
                    resultCacheBytes);
        }
    }
}
