package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.coord.testing.Patience;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of objects. */
abstract class ObjectContract extends WorldContract {
    ObjectContract(Supplier<WorldGroup> group, Way way) {
        super(group, way);
    }

    @Test
    void aNewObjectHasRevisionOneAndItsRoot() {
        ObjectRef root = ObjectRef.of(bytes("small"));
        write(world -> world.createObject(key("a"), root));

        ObjectView seen = object("a");
        assertThat(seen.key()).isEqualTo(key("a"));
        assertThat(seen.rootRef()).isEqualTo(root);
        assertThat(seen.content()).isEqualTo(bytes("small"));
        assertThat(seen.rev()).isEqualTo(1);
    }

    @Test
    void creatingWhatExistsIsRefused() {
        create("a");

        var refusal = refused(
                ObjectExistsException.class, world -> world.createObject(key("a"), ObjectRef.of(bytes("other"))));

        assertThat(refusal.subject()).isEqualTo(key("a"));
        assertThat(object("a").rootRef()).isEqualTo(ObjectRef.EMPTY);
        assertThat(rev("a")).isEqualTo(1);
    }

    @Test
    void anotherRootIncrementsTheRevisionAndAnEqualOneChangesNothing() {
        create("a");
        setContent("a", "first");
        assertThat(rev("a")).isEqualTo(2);

        setContent("a", "first");
        assertThat(rev("a")).isEqualTo(2);

        setContent("a", "second");
        assertThat(rev("a")).isEqualTo(3);
        assertThat(content("a")).isEqualTo("second");
    }

    @Test
    void incrementingTheRevisionKeepsTheRoot() {
        create("a");
        setContent("a", "text");

        long rev = write(world -> world.object(key("a")).orElseThrow().incrementRev());

        assertThat(rev).isEqualTo(3);

        assertThat(rev("a")).isEqualTo(3);
        assertThat(content("a")).isEqualTo("text");
    }

    @Test
    void anObjectThatIsGoneCannotBeWritten() {
        create("a");

        var refusal = catchThrowableOfType(
                ObjectNotFoundException.class,
                () -> write(world -> {
                    ObjectState object = world.object(key("a")).orElseThrow();
                    assertThat(world.deleteObject(key("a"))).isTrue();
                    return object.incrementRev();
                }));

        assertThat(refusal.subject()).isEqualTo(key("a"));
    }

    @Test
    void aDeletedObjectIsGone() {
        create("a");

        assertThat(changed(world -> world.deleteObject(key("a")))).isTrue();

        assertThat(view().object(key("a"))).isEmpty();
        assertThat(names()).isEmpty();
    }

    @Test
    void deletingWhatIsNotThereChangesNothing() {
        assertThat(changed(world -> world.deleteObject(key("nothing")))).isFalse();
    }

    @Test
    void aRenamedObjectKeepsRootAndRevision() {
        create("a");
        setContent("a", "text");

        long rev = write(world -> world.renameObject(key("a"), key("b"), false).rev());

        assertThat(rev).isEqualTo(2);

        assertThat(names()).containsExactly("b");
        assertThat(rev("b")).isEqualTo(2);
        assertThat(content("b")).isEqualTo("text");
    }

    @Test
    void descendantsMoveAlongOnlyIfAsked() {
        create("a", "a/x", "a/x/y", "ab");

        write(world -> world.renameObject(key("a"), key("b"), false));
        assertThat(names()).containsExactly("a/x", "a/x/y", "ab", "b");

        write(world -> world.renameObject(key("a/x"), key("c/x"), true));
        assertThat(names()).containsExactly("ab", "b", "c/x", "c/x/y");
    }

    @Test
    void anObjectCanMoveBelowItself() {
        create("a", "a/b", "a/b/b", "a/c");
        setContent("a", "top");
        setContent("a/b", "child");

        write(world -> world.renameObject(key("a"), key("a/b"), true));

        assertThat(names()).containsExactly("a/b", "a/b/b", "a/b/b/b", "a/b/c");
        assertThat(content("a/b")).isEqualTo("top");
        assertThat(content("a/b/b")).isEqualTo("child");
    }

    @Test
    void anObjectCanMoveAboveItself() {
        create("a/b", "a/b/b", "a/b/c");

        write(world -> world.renameObject(key("a/b"), key("a"), true));

        assertThat(names()).containsExactly("a", "a/b", "a/c");
    }

    @Test
    void aRenameThatMeetsAnExistingKeyIsRefused() {
        create("a", "a/x", "b/x");

        var refusal = refused(ObjectExistsException.class, world -> world.renameObject(key("a"), key("b"), true));

        assertThat(refusal.subject()).isEqualTo(key("b/x"));
        assertThat(names()).containsExactly("a", "a/x", "b/x");
    }

    @Test
    void aRenameOfWhatIsNotThereIsRefused() {
        create("a/x");

        var refusal = refused(ObjectNotFoundException.class, world -> world.renameObject(key("a"), key("b"), true));

        assertThat(refusal.subject()).isEqualTo(key("a"));
    }

    @Test
    void aRenameToTheSameKeyChangesNothing() {
        create("a", "a/x");

        write(world -> world.renameObject(key("a"), key("a"), true));

        assertThat(names()).containsExactly("a", "a/x");
        assertThat(rev("a")).isEqualTo(1);
    }

    @Test
    void aRenameThatMakesAKeyTooLongIsRefused() {
        String name = "n".repeat(1000 - part.length());
        create("a", "a/x", name.substring(1));

        refused(InvalidOperationException.class, world -> world.renameObject(key("a"), key(name), true));

        assertThat(names()).contains("a", "a/x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\0b", "half \ud83d of a pair", "\udc00"})
    void whatIsNoKeyIsRefused(String key) {
        refused(InvalidOperationException.class, world -> world.createObject(key, ObjectRef.EMPTY));
    }

    @Test
    void aKeyHasAtMostAThousandCharacters() {
        String longest = "n".repeat(1000 - part.length());
        create(longest);
        assertThat(names()).containsExactly(longest);

        refused(InvalidOperationException.class, world -> world.createObject(key(longest + "n"), ObjectRef.EMPTY));
    }

    @Test
    void keysAreAnyCharactersInTheOrderOfTheirCodeUnits() {
        create("ü", "z", "日本", "\ud83d\ude00", "\uffee", "A");

        assertThat(names()).containsExactly("A", "z", "ü", "日本", "\ud83d\ude00", "\uffee");
    }

    @Test
    void objectsAreIteratedInOrderWithinAPrefix() {
        create("b", "a", "c", "a/x", "aa");

        assertThat(names()).containsExactly("a", "a/x", "aa", "b", "c");
        assertThat(names(view().objects(key("a")))).containsExactly("a", "a/x", "aa");
        assertThat(names(view().objects(key("a/")))).containsExactly("a/x");
        assertThat(names(view().objects(key("d")))).isEmpty();
        assertThat(names(view().objects(part, true))).containsExactly("c", "b", "aa", "a/x", "a");
        assertThat(names(view().objects(key("a"), true))).containsExactly("aa", "a/x", "a");
    }

    @Test
    void anIterationGoesOnWhereItIsTold() {
        create("a", "c", "e");
        ObjectIterator<? extends ObjectView> forward = view().objects(part);
        forward.seek(key("b"));
        assertThat(names(forward)).containsExactly("c", "e");
        forward.seek(key("c"));
        assertThat(names(forward)).containsExactly("c", "e");
        forward.seek("");
        assertThat(names(forward)).containsExactly("a", "c", "e");
        forward.seek(key("f"));
        assertThat(forward.hasNext()).isFalse();
        assertThatThrownBy(forward::next).isInstanceOf(NoSuchElementException.class);

        ObjectIterator<? extends ObjectView> backward = view().objects(part, true);
        backward.seek(key("d"));
        assertThat(names(backward)).containsExactly("c", "a");
        backward.seek(key("c"));
        assertThat(names(backward)).containsExactly("c", "a");
        backward.seek("\uffff");
        assertThat(names(backward)).containsExactly("e", "c", "a");
        backward.seek(key(""));
        assertThat(backward.hasNext()).isFalse();
    }

    @Test
    void whoWaitsForARevisionSeesIt() throws Exception {
        create("a");
        ObjectView seen = object("a");
        assertThat(seen.awaitRev(2, Duration.ofMillis(1))).isFalse();

        write(world -> world.object(key("a")).orElseThrow().incrementRev());
        assertThat(seen.awaitRev(2, Patience.LIMIT)).isTrue();
        assertThat(seen.rev()).as("a view stays as it is").isEqualTo(1);

        write(world -> world.deleteObject(key("a")));
        assertThat(view().countObjects()).isPositive();
        assertThat(seen.awaitRev(3, Patience.LIMIT)).as("it is deleted").isFalse();
    }
}
