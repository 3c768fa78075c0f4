package dev.coord;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.members;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.properties.HasModifiers;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.Timer;
import java.util.concurrent.TimeUnit;

/** The layers of the design: a package uses only those above it. */
@AnalyzeClasses(packages = "dev.coord", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    /** From top to bottom, below the generated code. */
    private static final List<String> LAYERS = List.of(
            "dev.coord",
            "dev.coord.time",
            "dev.coord.work",
            "dev.coord.transport",
            "dev.coord.transport.unix",
            "dev.coord.transport.tls",
            "dev.coord.store",
            "dev.coord.store.journal",
            "dev.coord.store.jdbc",
            "dev.coord.store.shared",
            "dev.coord.store.maintenance",
            "dev.coord.election",
            "dev.coord.registry",
            "dev.coord.mesh",
            "dev.coord.cluster",
            "dev.coord.world");

    @ArchTest
    void aPackageUsesOnlyThoseAboveIt(JavaClasses all) {
        var above = new ArrayList<String>();
        above.add("dev.coord.proto");
        for (String layer : LAYERS) {
            above.add(layer);
            DescribedPredicate<JavaClass> below = resideInAPackage("dev.coord..")
                    .and(DescribedPredicate.not(resideInAnyPackage(above.toArray(String[]::new))));
            noClasses()
                    .that()
                    .resideInAPackage(layer)
                    .should()
                    .dependOnClassesThat(below)
                    .allowEmptyShould(true)
                    .check(all);
        }
    }

    @ArchTest
    static final ArchRule EVERY_PACKAGE_HAS_ITS_LAYER = classes()
            .should()
            .resideInAnyPackage(packages())
            .because("a new package belongs into the list of layers of DESIGN.md, and of this test");

    @ArchTest
    static final ArchRule THERE_ARE_NO_CYCLES =
            slices().matching("dev.coord.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule GENERATED_CODE_USES_NOTHING_OF_OURS = noClasses()
            .that()
            .resideInAPackage("dev.coord.proto")
            .should()
            .dependOnClassesThat(
                    resideInAPackage("dev.coord..").and(DescribedPredicate.not(resideInAPackage("dev.coord.proto"))));

    @ArchTest
    static final ArchRule PROTOBUF_IS_FOR_WIRE_AND_ROWS = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.coord.proto",
                    "dev.coord.store.jdbc",
                    "dev.coord.store.shared",
                    "dev.coord.store.maintenance",
                    "dev.coord.mesh",
                    "dev.coord.world")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.coord.proto");

    @ArchTest
    static final ArchRule NOTHING_PUBLIC_MENTIONS_GENERATED_CODE = members()
            .that()
            .arePublic()
            .and()
            .areDeclaredInClassesThat(DescribedPredicate.not(resideInAPackage("dev.coord.proto"))
                    .and(HasModifiers.Predicates.modifier(PUBLIC)))
            .should(mentionNoGeneratedCode())
            .because("protobuf is for wire and rows, and applications see neither");

    private static ArchCondition<JavaMember> mentionNoGeneratedCode() {
        return new ArchCondition<>("mention no generated code") {
            @Override
            public void check(JavaMember member, ConditionEvents events) {
                var mentioned = new ArrayList<JavaType>();
                if (member instanceof JavaField field) {
                    mentioned.add(field.getType());
                } else if (member instanceof JavaCodeUnit code) {
                    mentioned.add(code.getReturnType());
                    mentioned.addAll(code.getParameterTypes());
                }
                boolean generated = mentioned.stream()
                        .flatMap(type -> type.getAllInvolvedRawTypes().stream())
                        .anyMatch(resideInAPackage("dev.coord.proto"));
                events.add(new SimpleConditionEvent(member, !generated, member.getDescription()));
            }
        };
    }

    @ArchTest
    static final ArchRule THERE_IS_NO_SPRING =
            noClasses().should().dependOnClassesThat().resideInAPackage("org.springframework..");

    @ArchTest
    static final ArchRule THERE_IS_NO_GUAVA_BUT_GRPCS = noClasses()
            .that()
            .resideOutsideOfPackage("dev.coord.proto")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.google.common..")
            .because("its version is the application's");

    @ArchTest
    static final ArchRule ONLY_THE_SHARED_STORE_KNOWS_H2 = noClasses()
            .that()
            .resideOutsideOfPackage("dev.coord.store.shared")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.h2..");

    @ArchTest
    static final ArchRule FEW_KNOW_UNIX_SOCKETS_AND_PRIVATE_FILES = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.coord.transport.unix",
                    "dev.coord.store.shared",
                    "dev.coord.store.journal",
                    "dev.coord.store.maintenance")
            .and()
            // Where the parts of a participant are put together.
            .haveNameNotMatching("dev\\.coord\\.cluster\\.Coordinator(\\$Builder)?")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.coord.transport.unix")
            .because("all but the shared store and backups, which are private files, works over any transport");

    @ArchTest
    static final ArchRule NO_PATH_IS_ABOVE_THE_TRANSPORTS = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.coord.store", "dev.coord.election", "dev.coord.registry", "dev.coord.mesh", "dev.coord.world")
            .and()
            // What the kernel says of processes is in files.
            .doNotHaveFullyQualifiedName("dev.coord.registry.ProcStat")
            .and()
            .doNotHaveFullyQualifiedName("dev.coord.registry.ProcessIdentity")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Path.class)
            .because("where processes are is an Address, which need not be a file");

    @ArchTest
    static final ArchRule NOTHING_READS_THE_WALL_CLOCK_BY_ITSELF = noClasses()
            .that()
            .resideOutsideOfPackage("dev.coord.proto")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Clock.class, "systemDefaultZone")
            .because("time is passed in");

    @ArchTest
    static final ArchRule TIME_IS_PASSED_IN = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.coord.time.NanoClock")
            .and()
            .resideOutsideOfPackage("dev.coord.store.shared")
            .should()
            .callMethod(System.class, "nanoTime")
            .because("ages are asked of a NanoClock, and what is waited for ends with a Deadline");

    @ArchTest
    static final ArchRule NOTHING_SLEEPS = noClasses()
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", long.class, int.class)
            .orShould()
            .callMethod(TimeUnit.class, "sleep", long.class);

    @ArchTest
    static final ArchRule NOTHING_USES_A_TIMER =
            noClasses().should().dependOnClassesThat().belongToAnyOf(Timer.class);

    @ArchTest
    static final ArchRule NOTHING_PRINTS = noClasses()
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .callMethod(Throwable.class, "printStackTrace");

    @ArchTest
    static final ArchRule NOTHING_DEPENDS_ON_THE_DEFAULTS_OF_THE_PLACE = noClasses()
            .that()
            .resideOutsideOfPackage("dev.coord.proto")
            .and()
            // It puts names together, no numbers.
            .doNotHaveFullyQualifiedName("dev.coord.store.jdbc.Schema")
            .should()
            .callMethod(String.class, "format", String.class, Object[].class)
            .orShould()
            .callMethod(String.class, "formatted", Object[].class)
            .orShould()
            .callMethod(String.class, "toLowerCase")
            .orShould()
            .callMethod(String.class, "toUpperCase")
            .orShould()
            .callMethod(String.class, "getBytes")
            .orShould()
            .callConstructor(String.class, byte[].class)
            .orShould()
            .callMethod(Charset.class, "defaultCharset")
            .orShould()
            .callMethod(Locale.class, "getDefault")
            .orShould()
            .callMethod(ZoneId.class, "systemDefault")
            .orShould()
            .callMethod(System.class, "lineSeparator")
            .because("keys, order, numbers, files and messages are the same in every locale, encoding and time zone");

    @ArchTest
    static final ArchRule NOTHING_IS_KEPT_WHERE_AN_APPLICATION_MAY_REPLACE_IT = noClasses()
            .should()
            .callMethod(System.class, "setProperty", String.class, String.class)
            .orShould()
            .callMethod(System.class, "getProperties")
            .orShould()
            .callMethod(Thread.class, "getContextClassLoader")
            .orShould()
            .callMethod(Thread.class, "setDefaultUncaughtExceptionHandler", Thread.UncaughtExceptionHandler.class)
            .orShould()
            .callMethod(ServiceLoader.class, "load", Class.class);

    @ArchTest
    static final ArchRule THREADS_COME_FROM_WHERE_NONE_ENDS_SILENTLY = noClasses()
            .that()
            .resideOutsideOfPackage("dev.coord.work")
            .and()
            .doNotHaveFullyQualifiedName("dev.coord.cluster.Coordinator")
            .and()
            .doNotHaveFullyQualifiedName("dev.coord.world.NonBlockingThread")
            .should()
            .callConstructor(Thread.class, Runnable.class)
            .orShould()
            .callConstructor(Thread.class, Runnable.class, String.class)
            .because("see Workers; those of the coordinator are shutdown hooks, and the world marks some of its own");

    private static String[] packages() {
        var all = new ArrayList<>(LAYERS);
        all.add("dev.coord.proto");
        return all.toArray(String[]::new);
    }
}
