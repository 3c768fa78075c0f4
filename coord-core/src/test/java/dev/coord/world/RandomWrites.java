package dev.coord.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Random writes, each for a model and for a world. They use few keys, so that they meet often. */
final class RandomWrites {
    private final Random random;

    RandomWrites(long seed) {
        this.random = new Random(seed);
    }

    /** The same write in three forms. */
    record Write(String what, Consumer<Model> model, Consumer<WorldState> world, Consumer<WorldBatch> batch) {
        @Override
        public String toString() {
            return what;
        }
    }

    private String key() {
        StringBuilder key = new StringBuilder(letter());
        for (int depth = random.nextInt(3); depth > 0; depth--) {
            key.append('/').append(letter());
        }
        return key.toString();
    }

    private String letter() {
        return List.of("a", "b", "ü").get(random.nextInt(3));
    }

    private GraphQuad quad() {
        return new GraphQuad(key(), random.nextBoolean() ? "p" : "q", key(), random.nextInt(4) == 0 ? "l" : "");
    }

    private byte[] content() {
        int length = random.nextInt(5) == 0 ? 300 : 3;
        return Integer.toString(random.nextInt(3)).repeat(length).getBytes(UTF_8);
    }

    /** A write on its own, or several as a batch. */
    List<Write> next() {
        List<Write> writes = new ArrayList<>();
        int count = random.nextInt(6) == 0 ? 2 + random.nextInt(5) : 1;
        for (int i = 0; i < count; i++) {
            writes.add(one());
        }
        return writes;
    }

    private Write one() {
        return switch (random.nextInt(11)) {
            case 0, 1, 2 -> create(key(), content());
            case 3, 4 -> set(key(), content());
            case 5 -> incrementRev(key());
            case 6 -> delete(key());
            case 7 -> rename(key(), key(), random.nextInt(3) > 0);
            case 8, 9 -> setQuad(quad());
            default -> random.nextBoolean() ? deleteQuad(quad()) : deleteQuads(key());
        };
    }

    static Write create(String key, byte[] content) {
        return new Write(
                "create " + key,
                model -> model.create(key, ObjectRef.of(content)),
                world -> world.createObject(key, world.storage().write(content)),
                batch -> batch.create(key, content));
    }

    private static Write set(String key, byte[] content) {
        return new Write(
                "set " + key + " " + content.length,
                model -> model.set(key, ObjectRef.of(content)),
                world -> existing(world, key).setContent(content),
                batch -> batch.set(key, content));
    }

    static Write incrementRev(String key) {
        return new Write(
                "increment " + key,
                model -> model.incrementRev(key),
                world -> existing(world, key).incrementRev(),
                batch -> batch.incrementRev(key));
    }

    private static Write delete(String key) {
        return new Write(
                "delete " + key,
                model -> model.delete(key),
                world -> world.deleteObject(key),
                batch -> batch.delete(key));
    }

    private static Write rename(String from, String to, boolean descendants) {
        return new Write(
                "rename " + from + " to " + to + " " + descendants,
                model -> model.rename(from, to, descendants),
                world -> world.renameObject(from, to, descendants),
                batch -> batch.rename(from, to, descendants));
    }

    private static Write setQuad(GraphQuad quad) {
        return new Write(
                "set " + quad,
                model -> model.setQuad(quad),
                world -> world.setQuad(quad),
                batch -> batch.setQuad(quad));
    }

    private static Write deleteQuad(GraphQuad quad) {
        return new Write(
                "delete " + quad,
                model -> model.deleteQuad(quad),
                world -> world.deleteQuad(quad),
                batch -> batch.deleteQuad(quad));
    }

    private static Write deleteQuads(String key) {
        return new Write(
                "delete quads of " + key,
                model -> model.deleteQuads(key),
                world -> world.deleteObjectQuads(key),
                batch -> batch.deleteQuads(key));
    }

    private static ObjectState existing(WorldState world, String key) {
        return world.object(key).orElseThrow(() -> new ObjectNotFoundException(key));
    }
}
