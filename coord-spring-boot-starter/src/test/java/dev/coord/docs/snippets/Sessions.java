package dev.coord.docs.snippets;

import dev.coord.world.ObjectLifetime;
import dev.coord.world.World;
import dev.coord.world.WorldBatch;
import java.time.Duration;
import org.springframework.stereotype.Component;

@Component
class Sessions {
    private final World world;

    Sessions(World world) {
        this.world = world;
    }

    void lock(String id, byte[] me) {
        world.submit(id, new WorldBatch().ifAbsent("locks/a").put("locks/a", me));
    }

    void begin(String id, byte[] user, byte[] address) {
        var batch = new WorldBatch()
                .put("sessions/1", user, ObjectLifetime.timeToLive(Duration.ofMinutes(30)))
                .createEphemeral("workers/1", address);
        world.submit(id, batch);
    }
}
