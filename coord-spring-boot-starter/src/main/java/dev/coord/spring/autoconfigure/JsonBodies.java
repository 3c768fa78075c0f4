package dev.coord.spring.autoconfigure;

import dev.coord.spring.WorldBodies;
import java.lang.reflect.Type;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** JSON, by Jackson 3. */
record JsonBodies(JsonMapper json) implements WorldBodies {
    @Override
    public byte[] write(Object value) {
        return json.writeValueAsBytes(value);
    }

    /** Of what contains others only: any other value tells by itself what it is, and more than its declared type may know. */
    @Override
    public byte[] write(Object value, Type type) {
        JavaType declared = json.constructType(type);
        boolean contains = declared.isContainerType() || declared.isReferenceType();
        return contains && declared.getRawClass().isInstance(value)
                ? json.writerFor(declared).writeValueAsBytes(value)
                : write(value);
    }

    /** A field that is not known is refused: an older leader must not drop what a newer process said. */
    @Override
    public Object read(byte[] bytes, Type type) {
        return read(
                bytes,
                type,
                json.readerFor(json.constructType(type)).with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES));
    }

    @Override
    public Object readResult(byte[] bytes, Type type) {
        return read(bytes, type, json.readerFor(json.constructType(type)));
    }

    private static Object read(byte[] bytes, Type type, ObjectReader reader) {
        try {
            return reader.readValue(bytes);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "not the JSON of a " + type.getTypeName() + ": " + e.getOriginalMessage(), e);
        }
    }
}
