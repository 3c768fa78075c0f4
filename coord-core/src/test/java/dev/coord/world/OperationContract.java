package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of operations. */
abstract class OperationContract extends WorldContract {
    OperationContract(Supplier<WorldGroup> group, Way way) {
        super(group, way);
    }

    private WorldResult apply(String type, String body) {
        return write(world -> world.applyWorldOp(Ops.op(type, body), Ops.SENDER));
    }

    @Test
    void anOperationChangesTheWorldAndAnswers() {
        assertThat(Ops.text(apply("append", key("a") + "=x"))).isEqualTo("x");
        assertThat(Ops.text(apply("append", key("a") + "=y"))).isEqualTo("xy");

        assertThat(content("a")).isEqualTo("xy");
        assertThat(rev("a")).isEqualTo(3);
    }

    @Test
    void anOperationMayAnswerNothing() {
        assertThat(apply("nothing", "").value()).isEmpty();
    }

    @Test
    void anOperationOnAnObjectIsAppliedToIt() {
        create("a");

        WorldResult result =
                write(world -> world.object(key("a")).orElseThrow().applyObjectOp(Ops.onObject("bump"), Ops.SENDER));

        assertThat(Ops.text(result)).startsWith(key("a") + "@2 ");
        assertThat(rev("a")).isEqualTo(2);
    }

    @Test
    void anOperationOnAnObjectThatFailsLeavesNoTrace() {
        create("a");

        var refusal = refused(
                OperationFailedException.class,
                world -> world.object(key("a")).orElseThrow().applyObjectOp(Ops.onObject("fail"), Ops.SENDER));

        assertThat(refusal.subject()).isEqualTo("fail");
        assertThat(rev("a")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fail", "assert", "recurse"})
    void anOperationWhoseCodeFailsLeavesNoTrace(String type) {
        var refusal = refused(
                OperationFailedException.class, world -> world.applyWorldOp(Ops.op(type, key("a")), Ops.SENDER));

        assertThat(refusal.subject()).isEqualTo(type);
        assertThat(refusal).hasMessageContaining("The operation '" + type + "' failed");
        assertThat(names()).isEmpty();
    }

    @Test
    void anOperationThatRefusesItselfLeavesNoTrace() {
        var refusal = refused(
                OperationRejectedException.class, world -> world.applyWorldOp(Ops.op("reject", key("a")), Ops.SENDER));

        assertThat(refusal.subject()).isEqualTo("too-late");
        assertThat(refusal).hasMessage("Refused on purpose");
        assertThat(names()).isEmpty();
    }

    @Test
    void anOperationsDomainErrorsReachItsSubmitter() {
        var refusal = refused(
                ObjectNotFoundException.class, world -> world.applyWorldOp(Ops.op("read", key("nothing")), Ops.SENDER));

        assertThat(refusal.subject()).isEqualTo(key("nothing"));
    }

    @Test
    void anOperationInsideAnotherOneLeavesNoTraceWhenItFails() {
        assertThat(Ops.text(apply("nested", key("a")))).isEqualTo("fail");

        assertThat(names()).containsExactly("a/outer");
    }

    @Test
    void anOperationReadsLargeContentThatTheOneBeforeWrote() {
        String large = "x".repeat(1000);
        apply("append", key("a") + "=" + large);
        apply("append", key("a") + "=" + large);
        apply("copy", key("a") + "=" + key("b"));

        assertThat(content("b")).isEqualTo(large + large);
        assertThat(Ops.text(apply("read", key("b")))).isEqualTo(large + large);
    }
}
