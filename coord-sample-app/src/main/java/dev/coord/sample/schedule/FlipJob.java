package dev.coord.sample.schedule;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.cluster.RoleChangeHandler;
import dev.coord.sample.flags.FlagFlips;
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
class FlipJob implements RoleChangeHandler {
    private static final Logger LOG = LoggerFactory.getLogger(FlipJob.class);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final PendingFlips pending;
    private final FlagFlips flags;

    FlipJob(PendingFlips pending, FlagFlips flags) {
        this.pending = pending;
        this.flags = flags;
    }

    /** Works until the leadership is lost, which ends the wait at once. */
    @Override
    public void onBecomeLeader(Leadership leadership) throws InterruptedException {
        LOG.info("flips are done here, in term {}", leadership.term());
        while (leadership.isHeld()) {
            PendingFlips.Due due = pending.awaitDue();
            try {
                boolean flipped = flags.flip(due.key(), due.flip());
                pending.done(due);
                LOG.info("flip of {} to {} in term {}: {}", due.key(), due.flip(), leadership.term(), flipped);
            } catch (WorldUnavailableException | OperationTimeoutException e) {
                LOG.warn("flip of {} is tried again: {}", due.key(), e.getMessage());
                var unused = leadership.awaitLost(PAUSE);
            } catch (WorldException e) {
                // It would fail again, and the flips after it are not to wait for it.
                LOG.error("flip of {} to {} cannot be done", due.key(), due.flip(), e);
                pending.done(due);
            }
        }
    }

    @Override
    public void onBecomeFollower(LeaderInfo leader) {
        LOG.info("no flips here: pid {} does them", leader.pid());
    }
}
