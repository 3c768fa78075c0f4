package dev.coord.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The class path of the tests as jars, as users have it. */
final class Jars {
    private Jars() {}

    /** Makes jars of the directories of classes, in {@code place}. */
    static void make(Path place) {
        ToolProvider jar = ToolProvider.findFirst("jar").orElseThrow();
        for (String entry : entries()) {
            if (isClasses(entry)) {
                String file = jar(place, entry).toString();
                assertThat(jar.run(System.err, System.err, "--create", "--file", file, "-C", entry, "."))
                        .as("jar of %s", entry)
                        .isZero();
            }
        }
    }

    /** The class path with the jars that were made in {@code place}. */
    static String classPath(Path place) {
        return entries().stream()
                .map(entry -> isClasses(entry) ? jar(place, entry).toString() : entry)
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** The class path of this JVM. An empty entry would be the directory in which it works. */
    static List<String> entries() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.isEmpty())
                .toList();
    }

    static boolean isClasses(String entry) {
        return Files.isDirectory(Path.of(entry));
    }

    /** Several directories may have one name. */
    private static Path jar(Path place, String entry) {
        return place.resolve(entries().indexOf(entry) + "-" + Path.of(entry).getFileName() + ".jar");
    }
}
