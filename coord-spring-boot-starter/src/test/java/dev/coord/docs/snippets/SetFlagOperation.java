package dev.coord.docs.snippets;

import dev.coord.ParticipantId;
import dev.coord.world.ObjectRef;
import dev.coord.world.WorldOperation;
import dev.coord.world.WorldState;
import java.nio.charset.StandardCharsets;

/** Switches the flag on whose key its body is. */
record SetFlagOperation(byte[] body) implements WorldOperation {
    static final String TYPE = "flags/set";

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public byte[] apply(WorldState world, ParticipantId sender) {
        String key = "flags/" + new String(body, StandardCharsets.UTF_8);
        world.object(key)
                .orElseGet(() -> world.createObject(key, ObjectRef.EMPTY))
                .setContent(new byte[] {1});
        return new byte[0];
    }
}
