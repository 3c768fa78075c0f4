package dev.coord.docs.snippets;

import dev.coord.ParticipantId;
import dev.coord.world.ObjectRef;
import dev.coord.world.WorldOperation;
import dev.coord.world.WorldState;
import java.nio.charset.StandardCharsets;

/** Switches a flag on. */
record SetFlagOperation(String flag) implements WorldOperation {
    static final String TYPE = "flags/set";

    static SetFlagOperation parse(byte[] body) {
        return new SetFlagOperation(new String(body, StandardCharsets.UTF_8));
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public byte[] body() {
        return flag.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] apply(WorldState world, ParticipantId sender) {
        String key = "flags/" + flag;
        world.object(key)
                .orElseGet(() -> world.createObject(key, ObjectRef.EMPTY))
                .setContent(new byte[] {1});
        return new byte[0];
    }
}
