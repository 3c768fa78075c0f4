package dev.coord;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Where the code keeps a rule of {@code docs/architecture.md} it says which. */
class RulesAreCitedTest {
    private static final Pattern RULE = Pattern.compile("^- \\*\\*([A-Z]\\d+a?)\\*\\* ", Pattern.MULTILINE);
    private static final Pattern CITED = Pattern.compile("\\(([LEJ]\\d+a?(?:, [LEJ]\\d+a?)*)\\)");

    @Test
    void everyRuleIsCitedAndEveryCitedRuleIsThere() throws IOException {
        Set<String> rules = RULE.matcher(Files.readString(Path.of("..", "docs", "architecture.md")))
                .results()
                .map(rule -> rule.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(rules).contains("L1", "L7a", "E1", "J1");

        assertThat(cited()).as("rules, and where they are cited").containsOnlyKeys(rules);
    }

    private static Map<String, List<String>> cited() throws IOException {
        var cited = new TreeMap<String, List<String>>();
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                String name = String.valueOf(file.getFileName());
                CITED.matcher(Files.readString(file))
                        .results()
                        .map(MatchResult::group)
                        .flatMap(found ->
                                Stream.of(found.substring(1, found.length() - 1).split(", ", -1)))
                        .forEach(rule -> cited.merge(
                                rule,
                                List.of(name),
                                (some, more) -> Stream.concat(some.stream(), more.stream())
                                        .toList()));
            }
        }
        return cited;
    }
}
