package dev.coord.spring.autoconfigure;

import dev.coord.spring.WorldBodies;
import java.lang.reflect.Type;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** JSON, by Jackson 3. */
record JsonBodies(JsonMapper json) implements WorldBodies {
    @Override
    public byte[] write(Object value) {
        return json.writeValueAsBytes(value);
    }

    @Override
    public Object read(byte[] bytes, Type type) {
        try {
            return json.readValue(bytes, json.constructType(type));
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "not the JSON of a " + type.getTypeName() + ": " + e.getOriginalMessage(), e);
        }
    }
}
