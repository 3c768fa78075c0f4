package dev.coord.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.docs.Document.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.xml.sax.InputSource;

/**
 * What README and docs show is real.
 *
 * <p>A Java block, or one of proto, is a run of lines of a file in the test sources, where it is compiled, whatever it is indented
 * by; a line {@code // …} stands for any lines between. One that begins with its {@code package} is a whole file, which
 * {@code QuickStartTest} compiles and runs as it is.
 */
class SnippetsTest {
    private static final String LEFT_OUT = "// …";
    private static final Pattern OPTION = Pattern.compile("--[a-z-]+");

    private static final Map<Path, List<String>> SOURCES = sources();

    private static Map<Path, List<String>> sources() {
        var sources = new HashMap<Path, List<String>>();
        for (Path tests : List.of(Path.of("src/test"), Document.TEST_SUPPORT.resolve("src/test"))) {
            try (Stream<Path> files = Files.walk(tests)) {
                for (Path file : files.filter(f -> f.toString().matches(".*\\.(java|proto)"))
                        .toList()) {
                    sources.put(file, Files.readAllLines(file));
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        return sources;
    }

    static Stream<Block> code() {
        return Document.allBlocks("java", "proto")
                .filter(block -> !block.lines().get(0).startsWith("package "));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("code")
    void codeIsPartOfWhatIsCompiled(Block block) {
        assertThat(SOURCES.values().stream().anyMatch(source -> isPart(block.lines(), source)))
                .as(
                        "%s is part of no file in src/test of coord-spring-boot-starter or coord-spring-boot-test:%n%s",
                        block, String.join("\n", block.lines()))
                .isTrue();
    }

    private static boolean isPart(List<String> block, List<String> source) {
        int from = 0;
        for (List<String> run : runs(block)) {
            from = end(run, source, from);
            if (from < 0) {
                return false;
            }
        }
        return true;
    }

    private static List<List<String>> runs(List<String> block) {
        var runs = new ArrayList<List<String>>();
        runs.add(new ArrayList<>());
        for (String line : block) {
            if (line.strip().equals(LEFT_OUT)) {
                runs.add(new ArrayList<>());
            } else {
                runs.get(runs.size() - 1).add(line);
            }
        }
        runs.forEach(run -> {
            while (!run.isEmpty() && run.get(0).isBlank()) {
                run.remove(0);
            }
            while (!run.isEmpty() && run.get(run.size() - 1).isBlank()) {
                run.remove(run.size() - 1);
            }
        });
        return runs;
    }

    /** Where {@code run} ends in {@code source}, at or after {@code from}; -1 if it is not there. */
    private static int end(List<String> run, List<String> source, int from) {
        List<String> wanted = dedented(run);
        for (int i = from; i + run.size() <= source.size(); i++) {
            if (dedented(source.subList(i, i + run.size())).equals(wanted)) {
                return i + run.size();
            }
        }
        return -1;
    }

    private static List<String> dedented(List<String> lines) {
        return String.join("\n", lines).stripIndent().lines().toList();
    }

    static Stream<Block> xml() {
        return Document.allBlocks("xml");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("xml")
    void xmlIsWellFormed(Block block) throws Exception {
        String text = "<all>" + String.join("\n", block.lines()) + "</all>";
        var parsed = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new java.io.StringReader(text)));
        assertThat(parsed.getElementsByTagName("artifactId").getLength()).isPositive();
    }

    static Stream<Block> properties() {
        return Document.allBlocks("properties");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("properties")
    void propertiesAreKnown(Block block) {
        for (String line : block.lines()) {
            assertThat(line).as("%s", block).matches("[a-z0-9.-]+=\\S.*");
            String name = line.substring(0, line.indexOf('='));
            assertThat(KnownProperties.exists(name)).as("%s: %s", block, name).isTrue();
        }
    }

    static Stream<Block> commands() {
        return Document.allBlocks("sh", "console");
    }

    /** Of a console, only what was typed is looked at. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("commands")
    void commandsNameWhatIsThere(Block block) throws IOException {
        for (String line : block.lines()) {
            boolean typed = !block.language().equals("console") || line.startsWith("$ ");
            if (typed) {
                check(block, line.replaceFirst("^\\$ ", "").replaceFirst("\\s#.*", ""));
            }
        }
    }

    private static void check(Block block, String command) throws IOException {
        List<String> words = List.of(command.strip().split("\\s+"));
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.startsWith("./")) {
                assertThat(Document.ROOT.resolve(word)).as("%s", block).isExecutable();
            }
            if (word.equals("-pl")) {
                for (String module : List.of(words.get(i + 1).split(","))) {
                    assertThat(Document.ROOT.resolve(module).resolve("pom.xml"))
                            .as("%s", block)
                            .exists();
                }
            }
            if (word.matches("-P[a-z].*")) {
                assertThat(Document.ROOT.resolve("pom.xml"))
                        .content()
                        .as("%s", block)
                        .contains("<id>" + word.substring(2) + "</id>");
            }
            if (words.get(0).equals("./demo") && OPTION.matcher(word).matches()) {
                assertThat(Document.ROOT.resolve("demo"))
                        .content()
                        .as("%s", block)
                        .contains("\n  " + word + " ");
            }
        }
    }

    @Test
    void theOptionsOfTheDemoThatTheTextNamesAreThere() throws IOException {
        String demo = Files.readString(Document.ROOT.resolve("demo"));
        assertThat(Document.allCode().filter(code -> code.text().startsWith("./demo")))
                .isNotEmpty()
                .allSatisfy(code -> OPTION.matcher(code.text())
                        .results()
                        .forEach(option -> assertThat(demo).as("%s", code).contains("\n  " + option.group() + " ")));
    }
}
