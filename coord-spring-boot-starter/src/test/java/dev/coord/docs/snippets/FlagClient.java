package dev.coord.docs.snippets;

import dev.coord.docs.snippets.Flags.SetFlag;
import dev.coord.spring.WorldTemplate;
import dev.coord.world.World;
import dev.coord.world.WorldBatch;
import dev.coord.world.WorldListener;
import dev.coord.world.WorldResult;
import dev.coord.world.WorldWatch;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

@Component
class FlagClient {
    private static final Logger log = LoggerFactory.getLogger(FlagClient.class);

    private final WorldTemplate worldTemplate;
    private final World world;

    FlagClient(WorldTemplate worldTemplate, World world) {
        this.worldTemplate = worldTemplate;
        this.world = world;
        world.watch("flags/", event -> log.info("commit {}: {}", event.seqno(), event.changes()));
    }

    void enable(String orderId) {
        WorldResult result = worldTemplate.submit("flags/set", new SetFlag("dark-mode", true));

        worldTemplate.submit("order-" + orderId, "flags/set", new SetFlag("dark-mode", true));
        log.info("committed as {}", result.seqno());
    }

    boolean isDark() {
        boolean dark = world.read(view -> view.object("flags/dark-mode")
                .map(flag -> flag.content()[0] == 1)
                .orElse(false));
        return dark;
    }

    void goOn(long lastSeqno) {
        world.watch(WorldWatch.of("flags/").after(lastSeqno).withPrevious(), this::flagsChanged);
    }

    void takeTime(Executor executor) {
        world.watch(WorldWatch.of("flags/").on(executor), this::flagsChanged);
    }

    private void flagsChanged(WorldListener.Event event) {
        log.info("commit {}: {}, before it {}", event.seqno(), event.changes(), event.previous());
    }

    boolean isThere(long seqno) throws InterruptedException {
        return world.awaitSeqno(seqno, Duration.ofSeconds(2));
    }

    void both(String id) {
        world.submit(id, new WorldBatch().set("flags/a", new byte[] {1}).delete("flags/b"));
    }
}
