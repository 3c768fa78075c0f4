package dev.coord.application;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Class paths of applications, made of jars that Maven resolved. */
final class ClassPaths {
    private static final Path TARGET = Path.of("target").toAbsolutePath();

    /** What spring-boot-starter brings, which is what every application has. */
    private static final Pattern PLAIN = Pattern.compile(
            "(spring-boot|spring-boot-autoconfigure|spring-boot-starter|spring-boot-starter-logging|spring-core|spring-beans"
                    + "|spring-context|spring-aop|spring-expression|commons-logging|micrometer-observation|micrometer-commons"
                    + "|jspecify|slf4j-api|jul-to-slf4j|logback-classic|logback-core|log4j-api|log4j-to-slf4j"
                    + "|jakarta\\.annotation-api|snakeyaml)-\\d.*");

    private ClassPaths() {}

    /** The starter and all that comes with it. */
    static List<String> ofStarter() {
        return read(TARGET.resolve("starter.classpath"));
    }

    private static List<String> libraries() {
        return read(TARGET.resolve("../../coord-application-libraries/target/libraries.classpath"));
    }

    private static List<String> read(Path file) {
        try {
            return split(Files.readString(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Written by the build before the phase integration-test, with all modules in it: " + file, e);
        }
    }

    /** An application with nothing but spring-boot-starter. */
    static List<String> plain() {
        return application(name -> false);
    }

    /** An application with those jars of coord-application-libraries whose names are {@code wanted}. */
    static List<String> application(Predicate<String> wanted) {
        return libraries().stream()
                .filter(entry -> {
                    String name = name(entry);
                    return PLAIN.matcher(name).matches() || wanted.test(name);
                })
                .toList();
    }

    static List<String> with(List<String> application, List<String> more) {
        Set<String> all = new LinkedHashSet<>(application);
        all.addAll(more);
        return List.copyOf(all);
    }

    /** An old Spring Boot, and what comes with the starter but for Spring. */
    static List<String> starterOn(String springBoot) {
        try (Stream<Path> old = Files.list(TARGET.resolve(springBoot))) {
            List<String> jars = old.map(Path::toString).toList();
            assert !jars.isEmpty();
            return with(
                    jars,
                    ofStarter().stream()
                            .filter(entry -> !name(entry).startsWith("spring-")
                                    && !name(entry).startsWith("micrometer-")
                                    && !name(entry).startsWith("commons-logging-"))
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The test classes themselves. */
    static String tests() {
        return TARGET.resolve("test-classes").toString();
    }

    static String name(String entry) {
        return Path.of(entry).getFileName().toString();
    }

    private static List<String> split(String path) {
        return Arrays.stream(path.split(Pattern.quote(File.pathSeparator))).collect(Collectors.toList());
    }
}
