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
     * The same for a value of the declared {@code type}: what a {@code List<Shape>} is read from may have to say of which shape each
     * element is, which the list itself does not know. As {@link #write(Object)} by default.
     */
    default byte[] write(Object value, Type type) {
        return write(value);
    }

    /**
     * The same as {@link #read} for what an operation returned: it is committed, so that the next version of an application should be
     * understood as far as possible, where {@link #read} refuses a body that says more than is known. As {@link #read} by default.
     */
    default Object readResult(byte[] bytes, Type type) {
        return read(bytes, type);
    }

    /**
     * What {@link #write} made these bytes of.
     *
     * @throws IllegalArgumentException if they are not those of a {@code type}, or of a newer one that has more fields; its message says
     *     why
     */
    Object read(byte[] bytes, Type type);
}
