package dev.coord.world;

import dev.coord.ParticipantId;
import java.nio.ByteBuffer;

/** What the world's benchmarks submit: it sets one of many objects, and answers when it was applied. */
record BenchmarkOperations(int object) implements WorldOperation {
    static final String TYPE = "benchmark/set";
    static final int OBJECTS = 1000;
    private static final int BYTES = 100;

    static OperationLookup lookup() {
        return OperationLookup.builder()
                .world(
                        TYPE,
                        body -> new BenchmarkOperations(ByteBuffer.wrap(body).getInt()))
                .build();
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public byte[] body() {
        return ByteBuffer.allocate(BYTES).putInt(object).array();
    }

    @Override
    public byte[] apply(WorldState world, ParticipantId sender) {
        byte[] now = ByteBuffer.allocate(Long.BYTES).putLong(System.nanoTime()).array();
        byte[] content =
                ByteBuffer.allocate(BYTES).put(now).putInt(object % OBJECTS).array();
        String key = "benchmark/" + object % OBJECTS;
        world.object(key)
                .orElseGet(() -> world.createObject(key, ObjectRef.EMPTY))
                .setContent(content);
        return now;
    }
}
