package dev.coord.world;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;

/**
 * What a {@link WorldListener} wants to hear of, see {@link World#watch(WorldWatch, WorldListener)}.
 *
 * @param prefix what the keys begin with
 * @param after the last commit that it knows; empty: all that is there when it begins
 * @param previous whether it wants to know what was there before
 * @param executor on which it is told; empty: on the thread that it shares with the others
 */
public record WorldWatch(String prefix, OptionalLong after, boolean previous, Optional<Executor> executor) {
    public WorldWatch {
        if (after.isPresent() && after.getAsLong() < 0) {
            throw new IllegalArgumentException(
                    "There is no commit " + after.getAsLong() + ": the first one is 1, and 0 is the world before it");
        }
    }

    /** All changes from now on to what begins with {@code prefix}. */
    public static WorldWatch of(String prefix) {
        return new WorldWatch(prefix, OptionalLong.empty(), false, Optional.empty());
    }

    /**
     * The same for all commits after {@code seqno}, also those that are over, one by one as far as the log has them. If it does not go
     * back to {@code seqno} any more, the listener gets a {@link WorldListener.Event#fresh() fresh} start instead.
     */
    public WorldWatch after(long seqno) {
        return new WorldWatch(prefix, OptionalLong.of(seqno), previous, executor);
    }

    /** The same with what was there before each change, see {@link WorldListener.Event#previous()}. */
    public WorldWatch withPrevious() {
        return new WorldWatch(prefix, after, true, executor);
    }

    /**
     * The same on {@code own}: still one event after the other, but what takes long there delays no other listener. What waits for it
     * is limited in bytes by {@link WorldSettings#maxQueueBytes()}, for each such listener. One that is further behind goes on from the log
     * if it named a commit to begin {@link #after(long) after}, and otherwise is told that it missed something, by a {@link
     * WorldListener.Event#fresh() fresh} start, as soon as it has dealt with what it is at. An executor that refuses makes it miss something, too.
     */
    public WorldWatch on(Executor own) {
        return new WorldWatch(prefix, after, previous, Optional.of(own));
    }
}
