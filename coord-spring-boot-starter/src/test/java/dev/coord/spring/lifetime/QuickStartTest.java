package dev.coord.spring.lifetime;

import static dev.coord.spring.Patience.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.spring.Patience;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first steps of README work: its first block of code is a whole program, which does what README says. */
class QuickStartTest {
    private static final Pattern PROGRAM = Pattern.compile("```java\n(package .*?)```", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("package ([\\w.]+);.*?public class (\\w+)", Pattern.DOTALL);
    private static final Pattern TEXT = Pattern.compile("\"([^\"]{8,})\"");

    @TempDir
    private Path temp;

    @Test
    void oneProcessAtATimeDoesWhatTheLeaderDoes() throws Exception {
        String program = find(PROGRAM, Files.readString(Path.of("..", "README.md")));
        Matcher name = NAME.matcher(program);
        assertThat(name.find()).as(program).isTrue();
        String said = find(TEXT, program);
        Path classes = Files.createDirectory(temp.resolve("classes"));
        assertThat(compile(name.group(2), program, classes)).isEmpty();
        String main = name.group(1) + "." + name.group(2);
        try (Jvm first = start("first", classes, main)) {
            awaitSaid(first, said);
            try (Jvm second = start("second", classes, main)) {
                awaitSaid(second, "Started " + name.group(2));
                assertThat(second.lines()).noneMatch(line -> line.contains(said));
                first.kill();
                awaitSaid(second, said);
            }
        }
    }

    private static String find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }

    private static void awaitSaid(Jvm jvm, String text) {
        await().atMost(LIMIT).until(() -> jvm.lines().stream().anyMatch(line -> line.contains(text)));
    }

    /** As README says, but in another home, without its port, and with a lease that is not lost on a busy machine. */
    private Jvm start(String name, Path classes, String main) throws Exception {
        return Jvm.start(
                Files.createDirectory(temp.resolve(name)),
                Stream.concat(
                                Patience.flags("-D").stream(),
                                Stream.of(
                                        "-Duser.home=" + temp,
                                        "-Dspring.application.name=reports",
                                        // Says that it has started; tests log warnings only.
                                        "-Dlogging.level.com.example=info",
                                        "-Dspring.main.web-application-type=none"))
                        .toList(),
                classes,
                main);
    }

    /** What the compiler says; nothing if all is well. */
    private String compile(String name, String program, Path classes) throws Exception {
        Path source = Files.createDirectory(temp.resolve("sources")).resolve(name + ".java");
        Files.writeString(source, program);
        var errors = new StringWriter();
        var compiler = ToolProvider.getSystemJavaCompiler();
        List<String> options = List.of(
                "-proc:none",
                "-nowarn",
                "-parameters",
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("java.class.path"));
        boolean done = compiler.getTask(
                        errors,
                        null,
                        null,
                        options,
                        null,
                        compiler.getStandardFileManager(null, null, null).getJavaFileObjects(source))
                .call();
        return done ? "" : errors.toString();
    }
}
