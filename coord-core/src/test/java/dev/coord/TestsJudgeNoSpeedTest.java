package dev.coord;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.NotBefore;
import dev.coord.testing.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.assertj.core.api.AbstractDurationAssert;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A test says what happens, and not how soon: whoever builds this on a small or busy machine gets the same answer. What measures is
 * a benchmark, which prints. A limit is there only so that nothing hangs, see {@link Patience}; that something takes its time is
 * asserted by {@link NotBefore}.
 */
class TestsJudgeNoSpeedTest {
    private static final Duration LEAST_LIMIT = Duration.ofSeconds(30);
    /** Without what JMH generates for the benchmarks, whose names end in Test. */
    private static final JavaClasses TESTS = new ClassFileImporter()
            .withImportOption(location -> !location.contains("jmh_generated"))
            .importPath(Path.of("target", "test-classes", "dev", "coord"));

    private static GivenClassesConjunction noTests() {
        return noClasses().that(describe("are tests of mvn verify", TestsJudgeNoSpeedTest::isTest));
    }

    /** With what is nested in it. */
    private static boolean isTest(JavaClass type) {
        JavaClass outermost = type;
        while (outermost.getEnclosingClass().isPresent()) {
            outermost = outermost.getEnclosingClass().get();
        }
        return outermost.getSimpleName().matches(".*(Test|Contract|TestBase)") && !outermost.isAnnotatedWith(Tag.class);
    }

    private static DescribedPredicate<JavaCall<?>> methods(String names, Class<?>... owners) {
        Set<String> types = Set.of(owners).stream().map(Class::getName).collect(java.util.stream.Collectors.toSet());
        return target(nameMatching(names))
                .and(target(owner(describe(
                        "of " + types, (JavaClass type) -> types.stream().anyMatch(type::isAssignableTo)))));
    }

    @Test
    void noneReadsAClock() {
        noTests()
                .should()
                .callMethodWhere(methods("nanoTime|currentTimeMillis", System.class))
                .because("what it measured would be judged")
                .check(TESTS);
        noTests()
                .should()
                .callMethodWhere(methods("nanos", JavaProcess.Line.class))
                .because("isBefore says all that a test may ask")
                .check(TESTS);
    }

    @Test
    void noneAssertsThatATimeIsShort() {
        noTests()
                .should()
                .callMethodWhere(methods("isLessThan.*|isBetween|isCloseTo", AbstractDurationAssert.class))
                .check(TESTS);
    }

    @Test
    void noneWaitsForLessThanPatience() {
        noTests()
                .should()
                .callMethodWhere(methods("atMost|timeout|during|between", ConditionFactory.class))
                .because("the default is Patience.LIMIT")
                .check(TESTS);
        noTests()
                .should()
                .callMethodWhere(methods("setDefault.*", Awaitility.class))
                .check(TESTS);
        assertThat(Patience.LIMIT).isGreaterThanOrEqualTo(LEAST_LIMIT);
    }

    @Test
    void noneHasATimeoutThatASlowMachineReaches() {
        for (JavaClass type : TESTS) {
            type.tryGetAnnotationOfType(Timeout.class).ifPresent(limit -> assertLong(type.getName(), limit));
            type.getMethods()
                    .forEach(method -> method.tryGetAnnotationOfType(Timeout.class)
                            .ifPresent(limit -> assertLong(method.getFullName(), limit)));
        }
        noTests()
                .should()
                .callMethodWhere(methods("assertTimeout.*", org.junit.jupiter.api.Assertions.class))
                .check(TESTS);
    }

    private static void assertLong(String where, Timeout limit) {
        assertThat(Duration.of(limit.value(), limit.unit().toChronoUnit()))
                .as("@Timeout of %s", where)
                .isGreaterThanOrEqualTo(LEAST_LIMIT);
    }

    @Test
    void noneSleeps() {
        noTests()
                .should()
                .callMethodWhere(methods("sleep", Thread.class))
                .because("it waits for a condition")
                .check(TESTS);
    }

    @Test
    void theTestsWereFound() {
        assertThat(TESTS.stream()
                        .filter(type -> isTest(type) && !type.getModifiers().contains(JavaModifier.ABSTRACT)))
                .hasSizeGreaterThan(80);
    }
}
