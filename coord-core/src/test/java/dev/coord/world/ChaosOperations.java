package dev.coord.world;

import dev.coord.ParticipantId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Operations on numbers: one that is counted on, and registers that are compared and set. One that is not there is 0. */
final class ChaosOperations {
    static final String COUNTER = "counter";
    /** The code of a refused {@link CompareAndSet}, whose message is the value that it found. */
    static final String MISMATCH = "mismatch";

    static final OperationLookup LOOKUP = OperationLookup.builder()
            .world(Add.TYPE, body -> new Add())
            .world(CompareAndSet.TYPE, CompareAndSet::of)
            .world(Get.TYPE, Get::of)
            .build();

    private ChaosOperations() {}

    /** Counts the counter on; returns what it is then. */
    record Add() implements WorldOperation {
        static final String TYPE = "chaos/add";

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public byte[] body() {
            return new byte[0];
        }

        @Override
        public byte[] apply(WorldState world, ParticipantId sender) {
            return set(world, COUNTER, number(world, COUNTER) + 1);
        }
    }

    /** Sets a register if it has the expected value, and is refused otherwise; returns what it is then. */
    record CompareAndSet(String register, long expected, long replacement) implements WorldOperation {
        static final String TYPE = "chaos/cas";

        static CompareAndSet of(byte[] body) {
            ByteBuffer words = ByteBuffer.wrap(body);
            return new CompareAndSet(name(body, 2 * Long.BYTES), words.getLong(), words.getLong());
        }

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public byte[] body() {
            byte[] name = register.getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(2 * Long.BYTES + name.length)
                    .putLong(expected)
                    .putLong(replacement)
                    .put(name)
                    .array();
        }

        @Override
        public byte[] apply(WorldState world, ParticipantId sender) {
            long found = number(world, register);
            if (found != expected) {
                throw new OperationRejectedException(MISMATCH, Long.toString(found));
            }
            return set(world, register, replacement);
        }
    }

    /** Returns what a register is, as the leader sees it. */
    record Get(String register) implements WorldOperation {
        static final String TYPE = "chaos/get";

        static Get of(byte[] body) {
            return new Get(name(body, 0));
        }

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public byte[] body() {
            return register.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public byte[] apply(WorldState world, ParticipantId sender) {
            return bytes(number(world, register));
        }
    }

    private static String name(byte[] body, int from) {
        return new String(body, from, body.length - from, StandardCharsets.UTF_8);
    }

    static byte[] bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    static long number(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong();
    }

    static long number(WorldView world, String key) {
        return world.object(key).map(object -> number(object.content())).orElse(0L);
    }

    private static byte[] set(WorldState world, String key, long number) {
        byte[] content = bytes(number);
        Optional<ObjectState> object = world.object(key);
        if (object.isPresent()) {
            object.get().setContent(content);
        } else {
            world.createObject(key, world.storage().write(content));
        }
        return content;
    }
}
