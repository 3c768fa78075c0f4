package dev.coord.sample;

import dev.coord.Role;
import dev.coord.Term;
import dev.coord.spring.BecameFollowerEvent;
import dev.coord.spring.BecameLeaderEvent;
import dev.coord.spring.LeadershipLostEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Prints each role change as one line, for people and for the demo. */
@Component
class RoleLog {
    private static final Logger LOG = LoggerFactory.getLogger(RoleLog.class);
    private static final long PID = ProcessHandle.current().pid();
    private static final long NOBODY = 0;

    @EventListener
    void on(BecameLeaderEvent event) {
        print(Role.LEADER, event.getLeadership().term(), PID);
    }

    @EventListener
    void on(LeadershipLostEvent event) {
        print(Role.UNKNOWN, event.getLeadership().term(), NOBODY);
    }

    @EventListener
    void on(BecameFollowerEvent event) {
        print(Role.FOLLOWER, event.getLeader().term(), event.getLeader().pid());
    }

    /** With the monotonic clock, which on Linux is one for all processes of a machine. */
    private static void print(Role role, Term term, long leaderPid) {
        LOG.info("role={} term={} pid={} leaderPid={} nanos={}", role, term.value(), PID, leaderPid, System.nanoTime());
    }
}
