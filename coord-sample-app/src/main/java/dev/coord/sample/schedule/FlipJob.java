package dev.coord.sample.schedule;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.sample.flags.FlagFlips;
import dev.coord.spring.OnFollower;
import dev.coord.spring.OnLeader;
import dev.coord.world.OperationTimeoutException;
import dev.coord.world.WorldException;
import dev.coord.world.WorldUnavailableException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Flips flags at their time, in the one process that leads. A flip is an operation with an id of its own, that does nothing if the
 * flip is no longer to come: however often it is tried, by however many leaders, it happens once. What a leader did not get to
 * before it died, the next one does at once.
 */
@Component
class FlipJob {
    private static final Logger LOG = LoggerFactory.getLogger(FlipJob.class);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final PendingFlips pending;
    private final FlagFlips flags;

    FlipJob(PendingFlips pending, FlagFlips flags) {
        this.pending = pending;
        this.flags = flags;
    }

    /** Works until the leadership is lost, which ends the wait at once. */
    @OnLeader
    void flip(Leadership leadership) throws InterruptedException {
        LOG.info("flags are flipped here, in term {}", leadership.term());
        while (leadership.isHeld()) {
            PendingFlips.Due due = pending.awaitDue();
            try {
                boolean flipped = flags.flip(due.key(), due.flip());
                pending.done(due);
                LOG.info(
                        "flag {} was {} in term {}, due {}",
                        due.key(),
                        flipped ? "flipped" : "not to be flipped any more",
                        leadership.term(),
                        due.flip().at());
            } catch (WorldUnavailableException | OperationTimeoutException e) {
                LOG.warn("flag {} could not be flipped yet, and is tried again: {}", due.key(), e.getMessage());
                var unused = leadership.awaitLost(PAUSE);
            } catch (WorldException e) {
                // It would fail again, and the flips after it are not to wait for it.
                LOG.error("flag {} cannot be flipped", due.key(), e);
                pending.done(due);
            }
        }
    }

    @OnFollower
    void watch(LeaderInfo leader) {
        LOG.info("flags are flipped by pid {}", leader.pid());
    }
}
