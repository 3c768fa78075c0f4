package dev.coord.sample.flags;

import org.jspecify.annotations.Nullable;

/** What the world keeps of a flag, as JSON, in the object {@code flags/<key>}. */
record FlagContent(boolean enabled, String value, @Nullable ScheduledFlip scheduledFlip) {
    FlagContent with(boolean on, String newValue) {
        return new FlagContent(on, newValue, scheduledFlip);
    }

    FlagContent with(@Nullable ScheduledFlip flip) {
        return new FlagContent(enabled, value, flip);
    }
}
