package dev.coord.world;

import java.util.OptionalLong;

/**
 * What a {@link WorldListener} wants to hear of, see {@link World#watch(WorldWatch, WorldListener)}.
 *
 * @param prefix what the keys begin with
 * @param after the last commit that it knows; empty: all that is there when it begins
 * @param previous whether it wants to know what was there before
 */
public record WorldWatch(String prefix, OptionalLong after, boolean previous) {
    public WorldWatch {
        if (after.isPresent() && after.getAsLong() < 0) {
            throw new IllegalArgumentException(
                    "There is no commit " + after.getAsLong() + ": the first one is 1, and 0 is the world before it");
        }
    }

    /** All changes from now on to what begins with {@code prefix}. */
    public static WorldWatch of(String prefix) {
        return new WorldWatch(prefix, OptionalLong.empty(), false);
    }

    /**
     * The same for all commits after {@code seqno}, also those that are over, one by one as far as the log has them. If it does not go
     * back to {@code seqno} any more, the listener gets a {@link WorldListener.Event#fresh() fresh} start instead.
     */
    public WorldWatch after(long seqno) {
        return new WorldWatch(prefix, OptionalLong.of(seqno), previous);
    }

    /** The same with what was there before each change, see {@link WorldListener.Event#previous()}. */
    public WorldWatch withPrevious() {
        return new WorldWatch(prefix, after, true);
    }
}
