package dev.coord.spring;

import java.lang.reflect.Type;

/**
 * How the bodies and the results of operations that are methods with {@link WorldOp} travel, {@code byte[]} and nothing excepted. By
 * default as JSON, with the application's {@code JsonMapper} of Jackson 3; a bean of this type takes its place. What was written by
 * one process of the application must be read by all, and, as operations are submitted again after failures, also by its next
 * version. Must be safe for use by many threads.
 */
public interface WorldBodies {
    /** The bytes of {@code value}; never none. */
    byte[] write(Object value);

    /**
     * What {@link #write} made these bytes of.
     *
     * @throws IllegalArgumentException if they are not those of a {@code type}; its message says why
     */
    Object read(byte[] bytes, Type type);
}
