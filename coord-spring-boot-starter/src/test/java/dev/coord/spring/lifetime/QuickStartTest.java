package dev.coord.spring.lifetime;

import static dev.coord.spring.Patience.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.spring.Patience;
import java.io.File;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of the README's quick start compiles, and does what the README says, whatever its text is. */
class QuickStartTest {
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern TEXT = Pattern.compile("\"([^\"]{8,})\"");
    private static final String IMPORTS = """
            package quickstart;
            import dev.coord.*;
            import dev.coord.cluster.*;
            import dev.coord.spring.*;
            import java.nio.file.*;
            import java.time.*;
            import java.util.List;
            import java.util.Optional;
            import org.springframework.boot.*;
            import org.springframework.boot.autoconfigure.*;
            import org.springframework.context.annotation.*;
            import org.springframework.context.event.*;
            import org.springframework.scheduling.annotation.*;
            import org.springframework.stereotype.*;
            """;
    private static final String MAIN = """
            @SpringBootApplication
            class Main {
                public static void main(String[] arguments) {
                    SpringApplication.run(Main.class, arguments);
                    System.out.println("STARTED");
                }
            }
            """;

    @TempDir
    private Path temp;

    private List<String> blocks;

    @BeforeEach
    void read() throws Exception {
        blocks = blocks("Getting started");
    }

    private static List<String> blocks(String title) throws Exception {
        String readme = Files.readString(Path.of("..", "README.md"));
        int begin = readme.indexOf("\n## " + title + "\n");
        String section = readme.substring(begin, readme.indexOf("\n## ", begin + 1));
        List<String> found =
                BLOCK.matcher(section).results().map(block -> block.group(1)).toList();
        assertThat(found).isNotEmpty();
        return found;
    }

    @Test
    void theTestOfTheSectionAboutTestingIsOneOfOurs() throws Exception {
        assertThat(Files.readString(Path.of("src/test/java/dev/coord/spring/reports/ReportsTest.java")))
                .contains(blocks("Testing your application").get(0));
    }

    @Test
    void theBlocksCompile() throws Exception {
        Path classes = temp.resolve("classes");
        assertThat(compile("Main", MAIN + blocks.get(0), classes)).isEmpty();
        for (String block : blocks.subList(1, blocks.size())) {
            // A class, a member of one, or some statements.
            List<String> forms = List.of(
                    block,
                    "class Some { org.slf4j.Logger log; %s }".formatted(block),
                    "class Some { void some() throws Exception { %s } }".formatted(block));
            var errors = new ArrayList<String>();
            for (String form : forms) {
                errors.add(compile("Some", form, classes));
            }
            assertThat(errors).as(block).contains("");
        }
    }

    @Test
    void oneProcessAtATimeDoesWhatTheLeaderDoes() throws Exception {
        Path classes = temp.resolve("classes");
        assertThat(compile("Main", MAIN + blocks.get(0), classes)).isEmpty();
        Matcher text = TEXT.matcher(blocks.get(0));
        assertThat(text.find()).as("the block says something").isTrue();
        String said = text.group(1);
        try (Jvm first = start("first", classes)) {
            awaitSaid(first, said);
            try (Jvm second = start("second", classes)) {
                second.awaitLines("STARTED", 1);
                assertThat(second.lines()).noneMatch(line -> line.contains(said));
                first.kill();
                awaitSaid(second, said);
            }
        }
    }

    private static void awaitSaid(Jvm jvm, String text) {
        await().atMost(LIMIT).until(() -> jvm.lines().stream().anyMatch(line -> line.contains(text)));
    }

    /** As the README says, but in another home, and with a lease that is not lost on a busy machine. */
    private Jvm start(String name, Path classes) throws Exception {
        return Jvm.start(
                Files.createDirectory(temp.resolve(name)),
                Stream.concat(
                                Patience.flags("-D").stream(),
                                Stream.of(
                                        "-Duser.home=" + temp,
                                        "-Dspring.application.name=reports",
                                        "-Dspring.main.keep-alive=true",
                                        "-Dspring.main.web-application-type=none"))
                        .toList(),
                classes,
                "quickstart.Main");
    }

    /** What the compiler says; nothing if all is well. */
    private String compile(String name, String code, Path classes) throws Exception {
        Path source = Files.createDirectories(temp.resolve("sources")).resolve(name + ".java");
        Files.writeString(source, IMPORTS + code);
        var errors = new StringWriter();
        var compiler = ToolProvider.getSystemJavaCompiler();
        boolean done = compiler.getTask(
                        errors,
                        null,
                        null,
                        List.of(
                                "-proc:none",
                                "-nowarn",
                                "-parameters",
                                "-d",
                                Files.createDirectories(classes).toString(),
                                "-cp",
                                classes + File.pathSeparator + System.getProperty("java.class.path")),
                        null,
                        compiler.getStandardFileManager(null, null, null).getJavaFileObjects(source))
                .call();
        return done ? "" : errors.toString();
    }
}
