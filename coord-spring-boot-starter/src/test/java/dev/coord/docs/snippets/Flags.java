package dev.coord.docs.snippets;

import dev.coord.spring.WorldOp;
import dev.coord.world.ObjectRef;
import dev.coord.world.ObjectState;
import dev.coord.world.WorldState;
import org.springframework.stereotype.Component;

@Component
class Flags {
    record SetFlag(String key, boolean enabled) {}

    @WorldOp("flags/set")
    void set(WorldState world, SetFlag set) {
        String key = "flags/" + set.key();
        ObjectState flag = world.object(key).orElseGet(() -> world.createObject(key, ObjectRef.EMPTY));
        flag.setContent(new byte[] {(byte) (set.enabled() ? 1 : 0)});
    }
}
