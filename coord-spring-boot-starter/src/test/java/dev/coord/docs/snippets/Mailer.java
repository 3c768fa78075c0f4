package dev.coord.docs.snippets;

import dev.coord.Leadership;
import dev.coord.cluster.Coordinator;
import dev.coord.spring.LeaderOnly;
import dev.coord.spring.OnLeader;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

@Component
class Mailer {
    private final Coordinator mail;

    Mailer(@Qualifier("mail") Coordinator mail) {
        this.mail = mail;
    }

    @OnLeader(group = "mail")
    void send(Leadership leadership) throws InterruptedException {
        leadership.awaitLost();
    }

    @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.HOURS)
    @LeaderOnly(group = "mail")
    void removeBounces() {
        assert mail.leadership().isPresent();
    }
}
