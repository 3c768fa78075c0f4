package dev.coord.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;

/** The class path of the tests as jars, as users have it. */
final class Jars {
    private Jars() {}

    /** The directories of classes become jars in {@code place}. */
    static String classPath(Path place) {
        ToolProvider jar = ToolProvider.findFirst("jar").orElseThrow();
        List<String> path = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (entry.endsWith("classes") && Files.isDirectory(Path.of(entry))) {
                String file = place.resolve("classes-" + path.size() + ".jar").toString();
                assertThat(jar.run(System.err, System.err, "--create", "--file", file, "-C", entry, "."))
                        .as("jar of %s", entry)
                        .isZero();
                path.add(file);
            } else {
                path.add(entry);
            }
        }
        return String.join(File.pathSeparator, path);
    }
}
