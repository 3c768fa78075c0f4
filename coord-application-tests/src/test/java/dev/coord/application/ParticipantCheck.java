package dev.coord.application;

import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.world.ObjectRef;
import dev.coord.world.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.springframework.context.ConfigurableApplicationContext;

/** Leads, and writes to the world: large content too, which goes through the cache. */
final class ParticipantCheck {
    private ParticipantCheck() {}

    static void check(ConfigurableApplicationContext context) throws Exception {
        Coordinator coordinator = context.getBean(Coordinator.class);
        ApplicationUnderTest.say("role " + (coordinator.awaitRole(Duration.ofSeconds(60)) == Role.LEADER));
        World world = context.getBean(World.class);
        byte[] content = "large ".repeat(10_000).getBytes(StandardCharsets.UTF_8);
        var state = world.state();
        ObjectRef ref = state.storage().write(content);
        state.createObject("key", ref);
        ApplicationUnderTest.say(
                "world " + (world.state().object("key").orElseThrow().content().length == content.length));
    }
}
