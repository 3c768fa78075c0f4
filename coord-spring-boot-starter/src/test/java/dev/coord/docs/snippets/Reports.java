package dev.coord.docs.snippets;

import dev.coord.Leadership;
import dev.coord.spring.OnLeader;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

@Component
class Reports {
    private static final Logger log = LoggerFactory.getLogger(Reports.class);

    @OnLeader
    void report(Leadership leadership) throws InterruptedException {
        while (!leadership.awaitLost(Duration.ofSeconds(1))) {
            log.info("I am the one who reports, in term {}", leadership.term());
        }
    }
}
