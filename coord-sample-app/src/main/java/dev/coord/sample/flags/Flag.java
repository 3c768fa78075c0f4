package dev.coord.sample.flags;

import org.jspecify.annotations.Nullable;

/**
 * A flag at one instant of the world.
 *
 * @param key its name
 * @param enabled whether it is on
 * @param value what else its users want to know, empty if nothing
 * @param rev how often it was changed; exposures do not count as changes
 * @param exposures how often it was shown
 * @param scheduledFlip the flip that is to come, if there is one
 */
public record Flag(
        String key,
        boolean enabled,
        String value,
        long rev,
        long exposures,
        @Nullable ScheduledFlip scheduledFlip) {}
