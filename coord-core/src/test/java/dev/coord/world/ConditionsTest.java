package dev.coord.world;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.coord.testing.Patience;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Writes that happen only under a condition, submitted by a follower. */
class ConditionsTest {
    private static final byte[] ONE = {1};
    private static final byte[] TWO = {2};

    private static WorldGroup group;
    private static World world;

    private final String key;

    /** Each test has an object of its own. */
    ConditionsTest(TestInfo test) {
        key = test.getDisplayName();
    }

    @BeforeAll
    static void start(@TempDir Path directory) {
        group = new WorldGroup(directory);
        group.join();
        group.join();
        world = group.follower().world();
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    private static WorldResult submit(WorldBatch batch) {
        return world.submit(UUID.randomUUID().toString(), batch);
    }

    private static ConditionFailedException refused(WorldBatch batch) {
        long before = world.sync();
        var refusal = catchThrowableOfType(ConditionFailedException.class, () -> submit(batch));
        assertThat(refusal).as("a refusal").isNotNull();
        assertThat(world.sync()).as("the last commit").isEqualTo(before);
        return refusal;
    }

    private ObjectView object() {
        Optional<? extends ObjectView> found = world.read(view -> view.object(key));
        return found.orElseThrow();
    }

    @Test
    void whatMustBeAbsentIsMadeOnceAndTheRefusalHasWhatIsThere() {
        WorldResult made = submit(new WorldBatch().ifAbsent(key).create(key, ONE));

        var refusal = refused(new WorldBatch().ifAbsent(key).put(key, TWO));
        assertThat(refusal.subject()).isEqualTo(key);
        assertThat(refusal.condition()).isEqualTo(WorldCondition.absent(key));
        assertThat(refusal.found()).contains(new ConditionFailedException.Found(1, made.seqno(), ObjectRef.of(ONE)));
        assertThat(refusal.getMessage()).contains(key, "is not there", "revision 1");
        assertThat(object().content()).isEqualTo(ONE);
    }

    @Test
    void theRefusalSaysThatNothingIsThere() {
        assertThat(refused(new WorldBatch().onlyIf(WorldCondition.present(key)).put(key, ONE))
                        .found())
                .isEmpty();
        assertThat(refused(new WorldBatch().ifRev(key, 1).put(key, ONE)).found())
                .isEmpty();
        assertThat(refused(new WorldBatch().ifModSeqno(key, 1).put(key, ONE)).found())
                .isEmpty();
    }

    @Test
    void aRevisionIsCompared() {
        submit(new WorldBatch().put(key, ONE));
        submit(new WorldBatch().ifRev(key, 1).put(key, TWO));
        assertThat(object().rev()).isEqualTo(2);
        assertThat(refused(new WorldBatch().ifRev(key, 1).put(key, ONE)).condition())
                .isEqualTo(WorldCondition.rev(key, 1));
    }

    @Test
    void theLastCommitTellsAnObjectThatWasMadeAgainFromTheOneBefore() {
        submit(new WorldBatch().create(key, ONE));
        ObjectView first = object();
        submit(new WorldBatch().delete(key));
        submit(new WorldBatch().create(key, ONE));

        assertThat(object().rev()).isEqualTo(first.rev());
        assertThat(object().modSeqno()).isGreaterThan(first.modSeqno()).isEqualTo(world.seqno());
        var refusal = refused(new WorldBatch().ifModSeqno(key, first.modSeqno()).delete(key));
        assertThat(refusal.found().orElseThrow().modSeqno()).isEqualTo(object().modSeqno());
        submit(new WorldBatch().ifModSeqno(key, object().modSeqno()).delete(key));
        boolean gone = world.read(view -> view.object(key)).isEmpty();
        assertThat(gone).isTrue();
    }

    @Test
    void everyChangeIsOfALaterCommit() {
        String other = key + "-other";
        submit(new WorldBatch().create(key, ONE).create(other, ONE));
        long made = object().modSeqno();
        submit(new WorldBatch().setQuad(GraphQuad.of(key, "p", other)));
        assertThat(object().modSeqno()).isEqualTo(made + 1);
        submit(new WorldBatch().set(key, ONE));
        assertThat(object().modSeqno()).as("an equal content is no change").isEqualTo(made + 1);
        submit(new WorldBatch().rename(key, key + "/a", false));
        submit(new WorldBatch().rename(key + "/a", key, false));
        assertThat(object().modSeqno()).isEqualTo(made + 4);
    }

    @Test
    void allConditionsAreOfTheWorldBeforeTheBatch() {
        submit(new WorldBatch().put(key, ONE).ifAbsent(key));
        assertThat(object().content()).isEqualTo(ONE);
        refused(new WorldBatch().delete(key).ifAbsent(key));
        refused(new WorldBatch().put(key, TWO).ifRev(key, 1).ifRev(key, 2));
    }

    @Test
    void anOperationIsAppliedUnderAConditionToo() throws Exception {
        WorldWrite append = WorldWrite.of(Ops.op("append", key + "=x")).onlyIf(WorldCondition.absent(key));
        assertThat(world.submit(UUID.randomUUID().toString(), append).value()).isEqualTo("x".getBytes(UTF_8));
        assertThat(append.type()).isEqualTo("append");
        var refusal = catchThrowableOfType(
                ExecutionException.class,
                () -> world.submitAsync(UUID.randomUUID().toString(), append).get(Patience.SECONDS, TimeUnit.SECONDS));
        assertThat(refusal).hasCauseExactlyInstanceOf(ConditionFailedException.class);
    }

    @Test
    void whatWasDoneIsNotRefusedWhenItIsSubmittedAgain() {
        String id = UUID.randomUUID().toString();
        WorldResult first = world.submit(id, new WorldBatch().ifAbsent(key).create(key, ONE));
        assertThat(world.submit(id, new WorldBatch().ifAbsent(key).create(key, ONE)))
                .isEqualTo(first);
    }

    @Test
    void putMakesAnObjectOrSetsIt() {
        assertThat(submit(new WorldBatch().put(key, ONE)).batch().get(0).rev()).isEqualTo(1);
        assertThat(submit(new WorldBatch().put(key, TWO)).batch().get(0).rev()).isEqualTo(2);
        assertThat(submit(new WorldBatch().put(key, TWO)).batch().get(0).rev()).isEqualTo(2);
        byte[] large = new byte[2000];
        ObjectState put = world.state().putObject(key, world.state().storage().write(large));
        assertThat(put.content()).isEqualTo(large);
        assertThat(put.rev()).isEqualTo(3);
    }
}
