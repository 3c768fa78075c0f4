package dev.coord.docs.snippets;

import dev.coord.cluster.Coordinator;
import dev.coord.spring.BecameLeaderEvent;
import dev.coord.spring.LeaderChangedEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

@Component
class Announcer {
    private static final Logger log = LoggerFactory.getLogger(Announcer.class);

    private final Coordinator coordinator;

    Announcer(Coordinator coordinator) {
        this.coordinator = coordinator;
    }

    @EventListener
    void leads(BecameLeaderEvent event) {
        log.info("This process leads in term {}", event.getLeadership().term());
    }

    @EventListener
    void changed(LeaderChangedEvent event) {
        log.info("pid {} leads: {}", event.getLeader().pid(), event.getReason());
    }

    String greeting() {
        return "I am " + coordinator.role() + ", one of " + coordinator.countParticipants();
    }
}
