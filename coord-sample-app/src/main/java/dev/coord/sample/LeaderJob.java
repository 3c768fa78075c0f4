package dev.coord.sample;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.cluster.RoleChangeHandler;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** A job that runs every second, in the one process that leads. */
@Component
class LeaderJob implements RoleChangeHandler {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderJob.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** Works until the leadership is lost, which ends the wait at once. */
    @Override
    public void onBecomeLeader(Leadership leadership) throws InterruptedException {
        for (long run = 1; !leadership.awaitLost(INTERVAL); run++) {
            LOG.info(
                    "job run {} by pid {} in term {}",
                    run,
                    ProcessHandle.current().pid(),
                    leadership.term());
        }
    }

    @Override
    public void onBecomeFollower(LeaderInfo leader) {
        LOG.info("no job here: pid {} runs it", leader.pid());
    }
}
