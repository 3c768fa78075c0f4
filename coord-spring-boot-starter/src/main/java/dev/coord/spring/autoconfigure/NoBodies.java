package dev.coord.spring.autoconfigure;

import dev.coord.spring.WorldBodies;
import java.lang.reflect.Type;

/** Stands in where there is no JSON library; {@code byte[]} needs none. */
final class NoBodies implements WorldBodies {
    static final String ACTION =
            "Add the dependency org.springframework.boot:spring-boot-starter-jackson or a bean of type "
                    + WorldBodies.class.getName() + ", or use byte[].";

    @Override
    public byte[] write(Object value) {
        throw missing(value.getClass());
    }

    @Override
    public Object read(byte[] bytes, Type type) {
        throw missing(type);
    }

    private static IllegalStateException missing(Type type) {
        return new IllegalStateException(
                "A " + type.getTypeName() + " travels as JSON, and Jackson 3 is not on the class path. " + ACTION);
    }
}
