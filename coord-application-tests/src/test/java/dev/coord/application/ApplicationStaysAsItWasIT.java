package dev.coord.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each application runs twice, with the starter and without it; whatever differs must be the starter's own, or be listed here. */
class ApplicationStaysAsItWasIT {
    private static final Pattern DATABASE = Pattern.compile(
            "(spring-boot-(data|persistence|hibernate|jpa|jdbc|sql|transaction)|spring-(data|orm|tx|aspects|jdbc)"
                    + "|HikariCP|jakarta|hibernate|jboss|jaxb|angus|txw2|istack|antlr|aspectj|byte-buddy).*");
    private static final Pattern H2 = Pattern.compile("h2-.*");
    private static final Pattern GRPC = Pattern.compile(
            "(.*grpc|netty|proto|guava|failureaccess|listenablefuture|perfmark|error_prone|animal|j2objc"
                    + "|jsr305|annotations-4|gson-).*");
    private static final Pattern JACKSON = Pattern.compile(".*jackson.*");
    /** Needs Jackson 3. */
    private static final Pattern FLYWAY = Pattern.compile(".*flyway.*");

    @TempDir
    private Path temp;

    /** What differs, and the run with the starter. */
    private record Difference(Set<String> conditions, Set<String> beans, Run with) {}

    private static Predicate<String> is(Pattern pattern) {
        return pattern.asMatchPredicate();
    }

    private Difference compare(Class<?> main, List<String> application, String... arguments) throws Exception {
        Run without = Run.of(main, temp.resolve("without"), application, arguments);
        assertThat(without.exit()).as(without.output()).isZero();
        Run with = Run.of(
                main,
                temp.resolve("with"),
                ClassPaths.with(application, ClassPaths.ofStarter()),
                Stream.concat(Stream.of(arguments), Stream.of("--check.coord=true"))
                        .toArray(String[]::new));
        assertThat(with.exit()).as(with.output()).isZero();
        assertThat(with.lines(ApplicationUnderTest.SAYS)).contains("role true", "world true");
        return new Difference(
                difference(without, with, ApplicationUnderTest.CONDITION),
                difference(without, with, ApplicationUnderTest.BEAN),
                with);
    }

    /** With a sign: what there is with the starter alone, and without it alone. What is the starter's own is left out. */
    private static Set<String> difference(Run without, Run with, String what) {
        var found = new TreeSet<String>();
        Set<String> before = without.lines(what);
        Set<String> after = with.lines(what);
        assertThat(before).isNotEmpty();
        after.stream()
                .filter(line ->
                        !before.contains(line) && !line.matches("(dev\\.coord\\.spring|coord|dev\\.coord\\.).*"))
                .forEach(line -> found.add("+" + line));
        before.stream().filter(line -> !after.contains(line)).forEach(line -> found.add("-" + line));
        return found;
    }

    @Test
    void aPlainOne() throws Exception {
        Difference difference = compare(ApplicationUnderTest.class, ClassPaths.plain());
        assertThat(difference.conditions()).isEmpty();
        assertThat(difference.beans()).isEmpty();
    }

    /**
     * JPA on H2 of another version than coord's own, caching, Gson and Testcontainers, without Jackson and gRPC. The database and
     * its messages are the application's own, and so is the cache: Caffeine, which coord has, is none of the application's.
     */
    @Test
    void oneWithADatabaseAndACacheOfItsOwn() throws Exception {
        List<String> application = ClassPaths.application(
                is(GRPC).or(is(JACKSON)).or(is(FLYWAY)).negate().or(name -> name.startsWith("gson-")));
        Difference difference = compare(
                CachingApplication.class,
                application,
                "--spring.datasource.url=jdbc:h2:mem:own",
                "--check.database=true");
        assertThat(difference.conditions()).isEmpty();
        assertThat(difference.beans()).isEmpty();
        String own = application.stream()
                .map(ClassPaths::name)
                .filter(is(H2))
                .findFirst()
                .orElseThrow()
                .replaceAll("h2-(.*)\\.jar", "$1");
        assertThat(difference.with().lines(ApplicationUnderTest.SAYS))
                .contains("database " + own)
                .anySatisfy(line -> assertThat(line).startsWith("error Table \"MISSING\" not found"));
        assertThat(difference.with().lines(ApplicationUnderTest.BEAN))
                .contains("cacheManager org.springframework.cache.concurrent.ConcurrentMapCacheManager");
    }

    /** The same with Jackson 2 and 3, Flyway, and a gRPC server and client of its own. */
    @Test
    void oneWithEverything() throws Exception {
        Difference difference = compare(
                ApplicationUnderTest.class,
                ClassPaths.application(name -> true),
                "--spring.datasource.url=jdbc:h2:mem:own");
        // Spring Boot has one factory that asks all others, as soon as there are two: the mesh has one for coord:
        // targets.
        assertThat(difference.conditions())
                .containsExactly(
                        "+org.springframework.boot.grpc.client.autoconfigure.CompositeChannelFactoryAutoConfiguration");
        assertThat(difference.beans())
                .containsExactlyInAnyOrder(
                        "+compositeChannelFactory org.springframework.grpc.client.CompositeGrpcChannelFactory",
                        "+org.springframework.boot.grpc.client.autoconfigure.CompositeChannelFactoryAutoConfiguration"
                                + " org.springframework.boot.grpc.client.autoconfigure.CompositeChannelFactoryAutoConfiguration");
    }

    @Test
    void aDatabaseWithoutAUrlIsStillAMistake() throws Exception {
        List<String> application = ClassPaths.application(is(DATABASE));
        Run with = Run.of(
                ApplicationUnderTest.class, temp.resolve("with"), ClassPaths.with(application, ClassPaths.ofStarter()));
        assertThat(with.exit()).isOne();
        assertThat(with.output())
                .contains("Failed to configure a DataSource: 'url' attribute is not specified")
                .contains("Reason: Failed to determine a suitable driver class");
    }

    @Test
    void nothingThatIsCoordsOwnIsOnTheClassPath() throws IOException {
        List<String> names =
                ClassPaths.ofStarter().stream().map(ClassPaths::name).toList();
        assertThat(names)
                .noneMatch(name -> name.matches(
                        "(h2|caffeine|pcollections|jackson|gson|protobuf-java-util|spring-grpc|proto-google).*"));
        String core = ClassPaths.ofStarter().stream()
                .filter(entry -> ClassPaths.name(entry).startsWith("coord-core"))
                .findFirst()
                .orElseThrow();
        try (var jar = new JarFile(core)) {
            Set<String> entries = jar.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(entry -> entry.getName())
                    .collect(Collectors.toSet());
            assertThat(entries)
                    .allMatch(entry -> entry.startsWith("dev/coord/") || entry.startsWith("META-INF/"))
                    .doesNotContain("META-INF/services/java.sql.Driver")
                    .contains(
                            "META-INF/NOTICE",
                            "META-INF/LICENSE",
                            "META-INF/licenses/h2.txt",
                            "dev/coord/internal/caffeine/cache/SSMW.class",
                            "dev/coord/internal/caffeine/cache/PSMW.class",
                            "dev/coord/internal/h2/util/data.zip");
        }
    }
}
