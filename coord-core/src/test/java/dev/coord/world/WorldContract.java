package dev.coord.world;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.coord.world.WorldGroup.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What every way to write to a world must do; the reads are a follower's. The tests share a world, and each has its own part of
 * it.
 */
abstract class WorldContract {
    private static final AtomicInteger PARTS = new AtomicInteger();

    private final Supplier<WorldGroup> group;
    private final Way way;
    /** What the keys of this test begin with. */
    final String part = "part-" + PARTS.incrementAndGet() + "/";

    /** A way to write. */
    interface Way {
        <T> T write(WorldGroup group, Function<WorldState, T> work);
    }

    /** Each write is a transaction of the leader's engine. */
    static final Way ENGINE = new Way() {
        @Override
        public <T> T write(WorldGroup group, Function<WorldState, T> work) {
            try (WorldTransaction transaction = group.leader().engine().newTransaction(true)) {
                T result = work.apply(transaction.state());
                transaction.commit();
                return result;
            }
        }
    };

    /** Each write is sent by a follower to the leader. */
    static final Way FORWARDING = new Way() {
        @Override
        public <T> T write(WorldGroup group, Function<WorldState, T> work) {
            return work.apply(group.follower().world().state());
        }
    };

    WorldContract(Supplier<WorldGroup> group, Way way) {
        this.group = group;
        this.way = way;
    }

    <T> T write(Function<WorldState, T> work) {
        return way.write(group.get(), work);
    }

    /** A write that says whether it changed something. */
    boolean changed(Predicate<WorldState> work) {
        return write(work::test);
    }

    /** A write that is refused: the same error whichever way it went, and nothing of it is left. */
    <E extends WorldException> E refused(Class<E> type, Consumer<WorldState> work) {
        long before = group.get().leader().world().seqno();
        E refusal = catchThrowableOfType(
                type,
                () -> write(world -> {
                    work.accept(world);
                    return null;
                }));
        assertThat(refusal).as("a refusal").isExactlyInstanceOf(type);
        assertThat(refusal.getMessage()).isNotBlank();
        assertThat(group.get().leader().world().seqno()).as("commits").isEqualTo(before);
        return refusal;
    }

    Member leader() {
        return group.get().leader();
    }

    /** A follower's view. */
    WorldView view() {
        return group.get().followersView();
    }

    String key(String name) {
        return part + name;
    }

    void create(String... names) {
        for (String name : names) {
            long rev = write(
                    world -> world.createObject(key(name), ObjectRef.EMPTY).rev());
            assertThat(rev).isEqualTo(1);
        }
    }

    void setContent(String name, String content) {
        long rev = write(world -> world.object(key(name)).orElseThrow().setContent(bytes(content)));
        assertThat(rev).isEqualTo(rev(name));
    }

    /** As a follower has it. */
    ObjectView object(String name) {
        return view().object(key(name)).orElseThrow();
    }

    long rev(String name) {
        return object(name).rev();
    }

    String content(String name) {
        return new String(object(name).content(), UTF_8);
    }

    /** The names of this test's objects, in order. */
    List<String> names() {
        return names(view().objects(part));
    }

    List<String> names(ObjectIterator<? extends ObjectView> objects) {
        List<String> names = new ArrayList<>();
        objects.forEachRemaining(object -> names.add(object.key().substring(part.length())));
        return names;
    }

    GraphQuad quad(String subject, String predicate, String object) {
        return GraphQuad.of(key(subject), predicate, key(object));
    }

    List<GraphQuad> quadsOf(String name) {
        List<GraphQuad> all = new ArrayList<>(view().lookUpQuads(QuadFilter.from(key(name)), 100));
        all.addAll(view().lookUpQuads(QuadFilter.to(key(name)), 100));
        return all.stream().distinct().toList();
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
