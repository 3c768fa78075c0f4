package dev.coord.spring.lifetime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.spring.Patience;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplicationAotProcessor;

/** What {@code spring-boot:process-aot} makes of an application with the starter compiles, starts, and works. On the JVM: no image. */
class AotTest {
    @TempDir
    private Path temp;

    @Test
    void anApplicationThatWasProcessedAheadOfTimeWorks() throws Exception {
        var properties = new ArrayList<>(Patience.flags("-D", temp.resolve("shared")));
        properties.add("-Dcoord.groups.reports.capabilities=pdf");
        Path classes = temp.resolve("classes");
        Path sources = temp.resolve("sources");
        try (Jvm processor = Jvm.start(
                Files.createDirectory(temp.resolve("processor")),
                Stream.concat(properties.stream(), Stream.of("-Dspring.main.web-application-type=none"))
                        .toList(),
                SpringApplicationAotProcessor.class,
                AotMain.class.getName(),
                sources.toString(),
                temp.resolve("resources").toString(),
                classes.toString(),
                "dev.coord",
                "aot")) {
            processor.awaitEnd();
        }
        assertThat(temp.resolve("shared")).as("of the application").doesNotExist();
        compile(sources, classes);

        Path run = Files.createDirectory(temp.resolve("run"));
        try (Jvm jvm = Jvm.start(
                run,
                Stream.concat(properties.stream(), Stream.of("-Dspring.aot.enabled=true"))
                        .toList(),
                classes,
                AotMain.class.getName(),
                "--spring.main.web-application-type=none")) {
            assertThat(jvm.awaitEnd())
                    .contains(
                            "AOT true",
                            "ROLE LEADER",
                            "HANDLER 1",
                            "EVENT default",
                            "OPERATION Receipt[text=2 tea, thank you]",
                            "SERVICE hello, says bindable",
                            "GROUP LEADER",
                            "METHOD true",
                            "GUARDED 1",
                            "LIFECYCLE true");
        }
    }

    private static void compile(Path sources, Path classes) throws Exception {
        List<String> files;
        try (Stream<Path> all = Files.walk(sources)) {
            files = all.map(Path::toString)
                    .filter(file -> file.endsWith(".java"))
                    .toList();
        }
        assertThat(files).anyMatch(file -> file.contains("CoordAutoConfiguration"));
        var options = List.of(
                "-proc:none",
                "-nowarn",
                "-d",
                classes.toString(),
                "-cp",
                classes + File.pathSeparator + System.getProperty("java.class.path"));
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        Stream.concat(options.stream(), files.stream()).toArray(String[]::new));
        assertThat(result).isZero();
    }
}
