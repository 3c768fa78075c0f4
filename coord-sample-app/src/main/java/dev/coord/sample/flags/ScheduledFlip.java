package dev.coord.sample.flags;

import java.time.Instant;

/**
 * A flip that is to come.
 *
 * @param at when, by the leader's clock
 * @param enabled what the flag is to be then
 * @param seqno of the commit that scheduled it, which no other flip shares
 */
public record ScheduledFlip(Instant at, boolean enabled, long seqno) {}
