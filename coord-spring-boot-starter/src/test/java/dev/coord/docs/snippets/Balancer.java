package dev.coord.docs.snippets;

import dev.coord.cluster.Coordinator;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Lets a process that leads both groups give one of them to somebody else. */
@Component
class Balancer {
    private final List<Coordinator> groups;

    Balancer(@Qualifier("reports") Coordinator reports, @Qualifier("mail") Coordinator mail) {
        this.groups = List.of(reports, mail);
    }

    @Scheduled(initialDelay = 1, fixedDelay = 1, timeUnit = TimeUnit.MINUTES)
    void balance() {
        boolean leadsAll = groups.stream().allMatch(group -> group.leadership().isPresent());
        if (leadsAll && groups.get(0).countParticipants() > 1) {
            groups.get(0).stepDown(Duration.ofSeconds(30));
        }
    }
}
