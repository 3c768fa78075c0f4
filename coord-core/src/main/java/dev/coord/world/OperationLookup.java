package dev.coord.world;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Makes operations from their type and body. Called on a thread of the leader's, which it must not block. */
public interface OperationLookup {
    /**
     * The operation, or empty if the type is not known.
     *
     * @throws InvalidOperationException if the body is malformed; anything else that is thrown counts as that
     */
    Optional<WorldOperation> worldOperation(String type, byte[] body);

    /** The same for operations on objects. */
    Optional<ObjectOperation> objectOperation(String type, byte[] body);

    /**
     * The types of all operations that this finds, on the world and on objects: the others are told of them, so that what this process
     * can apply finds a leader that can. Asked when the coordinator starts, and later. None by default, and then leadership is not
     * given to this process for the sake of an operation.
     */
    default Set<String> types() {
        return Set.of();
    }

    /** A lookup without any operation, for worlds that are written through their objects and quads alone. */
    static OperationLookup none() {
        return builder().build();
    }

    /** Builds a lookup, one operation after the other. */
    static Builder builder() {
        return new Builder();
    }

    /** Builds a lookup. */
    final class Builder {
        private final Map<String, Function<byte[], ? extends WorldOperation>> world = new HashMap<>();
        private final Map<String, Function<byte[], ? extends ObjectOperation>> object = new HashMap<>();

        private Builder() {}

        /**
         * Adds an operation on the world.
         *
         * @throws IllegalArgumentException if the type is taken
         */
        public Builder world(String type, Function<byte[], ? extends WorldOperation> fromBody) {
            put(world, type, fromBody);
            return this;
        }

        /** Adds an operation on an object. */
        public Builder object(String type, Function<byte[], ? extends ObjectOperation> fromBody) {
            put(object, type, fromBody);
            return this;
        }

        private static <T> void put(Map<String, T> map, String type, T fromBody) {
            if (map.putIfAbsent(type, fromBody) != null) {
                throw new IllegalArgumentException("There are two operations of type '" + type + "'");
            }
        }

        /** The lookup. */
        public OperationLookup build() {
            return new Operations(Map.copyOf(world), Map.copyOf(object));
        }
    }

    /** Operations by their type. */
    record Operations(
            Map<String, Function<byte[], ? extends WorldOperation>> world,
            Map<String, Function<byte[], ? extends ObjectOperation>> object)
            implements OperationLookup {
        @Override
        public Optional<WorldOperation> worldOperation(String type, byte[] body) {
            return Optional.ofNullable(world.get(type)).map(make -> make.apply(body));
        }

        @Override
        public Optional<ObjectOperation> objectOperation(String type, byte[] body) {
            return Optional.ofNullable(object.get(type)).map(make -> make.apply(body));
        }

        @Override
        public Set<String> types() {
            var all = new HashSet<>(world.keySet());
            all.addAll(object.keySet());
            return all;
        }
    }
}
