package dev.coord.spring.autoconfigure;

import dev.coord.spring.WorldBodies;
import java.lang.reflect.Type;

/**
 * Stands in where nothing makes bytes of bodies; {@code byte[]} needs none.
 *
 * @param why nothing does, as a sentence without its full stop
 * @param action what to do
 */
record NoBodies(String why, String action) implements WorldBodies {
    private static final String OTHERWISE = "or a bean of type " + WorldBodies.class.getName() + ", or use byte[].";

    static NoBodies withoutJackson() {
        return new NoBodies(
                "Jackson 3 is not on the class path",
                "Add the dependency org.springframework.boot:spring-boot-starter-jackson " + OTHERWISE);
    }

    static NoBodies withoutPrimary() {
        return new NoBodies(
                "there are several JsonMapper beans, none of which is primary",
                "Mark the one that bodies are written with as @Primary, add a bean of type "
                        + WorldBodies.class.getName() + ", or use byte[].");
    }

    @Override
    public byte[] write(Object value) {
        throw missing(value.getClass());
    }

    @Override
    public Object read(byte[] bytes, Type type) {
        throw missing(type);
    }

    private IllegalStateException missing(Type type) {
        return new IllegalStateException("A " + type.getTypeName() + " travels as JSON, and " + why + ". " + action);
    }
}
