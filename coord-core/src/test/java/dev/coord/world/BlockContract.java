package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of content: blocks, references and buckets. */
abstract class BlockContract extends WorldContract {
    BlockContract(Supplier<WorldGroup> group, Way way) {
        super(group, way);
    }

    /** Content that no other test has. */
    private byte[] content(int length) {
        byte[] content = new byte[length];
        byte[] first = bytes(part);
        System.arraycopy(first, 0, content, 0, Math.min(first.length, length));
        return content;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 256, 257, 100_000, 1024 * 1024})
    void contentOfAnySizeIsReadAsItWasWritten(int length) {
        byte[] content = content(length);
        create("a");

        ObjectRef root = write(world -> {
            ObjectRef written = world.storage().write(content);
            world.object(key("a")).orElseThrow().setRootRef(written);
            return written;
        });

        assertThat(root).isEqualTo(ObjectRef.of(content));
        assertThat(root.inlined().isPresent()).isEqualTo(length <= ObjectRef.MAX_INLINE);
        assertThat(object("a").content()).isEqualTo(content);
        assertThat(view().storage().at(root).read()).isEqualTo(content);
        assertThat(rev("a")).isEqualTo(2);
    }

    @Test
    void aBlockThatIsTooLargeIsRefused() {
        create("a");
        refused(
                InvalidOperationException.class,
                world -> world.object(key("a")).orElseThrow().setContent(content(ObjectRef.MAX_BLOCK + 1)));
        assertThat(rev("a")).isEqualTo(1);
    }

    @Test
    void aReferenceWithoutItsBlockIsRefused() {
        create("a");
        ObjectRef missing = ObjectRef.of(content(500));

        var create = refused(BlockNotFoundException.class, world -> world.createObject(key("b"), missing));
        refused(
                BlockNotFoundException.class,
                world -> world.object(key("a")).orElseThrow().setRootRef(missing));

        assertThat(create.subject()).isEqualTo(missing.toString());
        assertThat(names()).containsExactly("a");
        assertThatThrownBy(() -> view().storage().at(missing).read()).isInstanceOf(BlockNotFoundException.class);
    }

    @Test
    void aReferenceToABlockOfAnotherObjectNeedsNoContent() {
        byte[] content = content(500);
        write(world -> world.createObject(key("a"), world.storage().write(content)));

        write(world -> world.createObject(key("b"), ObjectRef.of(content)));

        assertThat(object("b").content()).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 500})
    void equalContentInTwoBucketsHasTwoReferences(int length) {
        byte[] content = content(length);
        create("a");
        ObjectRef plain = write(world -> {
            ObjectRef ref = world.storage().write(content);
            world.object(key("a")).orElseThrow().setRootRef(ref);
            return ref;
        });
        ObjectRef secret = write(world -> {
            ObjectRef ref = world.storage().inBucket("secret").write(content);
            world.object(key("a")).orElseThrow().setRootRef(ref);
            return ref;
        });

        assertThat(secret).isNotEqualTo(plain);
        assertThat(secret.bucket()).isEqualTo("secret");
        assertThat(rev("a")).as("another reference is a change").isEqualTo(3);
        assertThat(object("a").rootRef()).isEqualTo(secret);
        assertThat(object("a").content()).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0b", "half \ud83d of a pair"})
    void whatIsNoBucketsNameIsRefused(String bucket) {
        create("a");
        refused(
                InvalidOperationException.class,
                world -> world.object(key("a"))
                        .orElseThrow()
                        .setRootRef(world.storage().inBucket(bucket).write(content(10))));
    }

    @Test
    void aBucketsNameHasAtMostAHundredCharacters() {
        String longest = "b".repeat(100);
        write(world ->
                world.createObject(key("a"), world.storage().inBucket(longest).write(content(500))));
        assertThat(object("a").rootRef().bucket()).isEqualTo(longest);

        refused(
                InvalidOperationException.class,
                world -> world.createObject(
                        key("b"), world.storage().inBucket(longest + "b").write(content(500))));
    }

    @Test
    void whatOneReadsAndWritesIsACopy() {
        byte[] content = content(500);
        write(world -> world.createObject(key("a"), world.storage().write(content)));
        byte[] before = content.clone();
        content[499] = 1;

        object("a").content()[0] = 77;
        leader().world().read(world -> world.object(key("a"))).orElseThrow().content()[0] = 77;

        assertThat(object("a").content()).isEqualTo(before);
    }

    @Test
    void aTransactionThatOnlyReadsCannotWrite() {
        create("a");
        try (WorldTransaction transaction = leader().engine().newTransaction(false)) {
            WorldState state = transaction.state();
            ObjectState object = state.object(key("a")).orElseThrow();

            assertThat(state.readOnly()).isTrue();
            assertRefused(() -> state.createObject(key("b"), ObjectRef.EMPTY));
            assertRefused(() -> state.deleteObject(key("a")));
            assertRefused(() -> state.renameObject(key("a"), key("b"), true));
            assertRefused(() -> state.setQuad(quad("a", "p", "a")));
            assertRefused(() -> state.deleteQuad(quad("a", "p", "a")));
            assertRefused(() -> state.deleteObjectQuads(key("a")));
            assertRefused(() -> state.applyWorldOp(Ops.op("count", ""), Ops.SENDER));
            assertRefused(() -> state.storage().write(content(1)));
            assertRefused(object::incrementRev);
            assertRefused(() -> object.setRootRef(ObjectRef.EMPTY));
            assertRefused(() -> object.setContent(content(1)));
            assertRefused(() -> object.applyObjectOp(Ops.onObject("bump"), Ops.SENDER));
        }
        boolean readOnly = write(WorldState::readOnly);
        assertThat(readOnly).isFalse();
    }

    private static void assertRefused(ThrowingCallable write) {
        assertThatThrownBy(write).isInstanceOf(ReadOnlyWorldException.class);
    }
}
