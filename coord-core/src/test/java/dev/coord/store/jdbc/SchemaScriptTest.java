package dev.coord.store.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The scripts for those who make the tables themselves make what the library makes. */
class SchemaScriptTest {
    static String[] script(Dialect dialect) throws IOException {
        try (InputStream script = Schema.class.getClassLoader().getResourceAsStream(Schema.scriptOf(dialect))) {
            return Arrays.stream(new String(script.readAllBytes(), UTF_8)
                            .replaceAll("(?m)^--.*$", "")
                            .split(";"))
                    .map(SchemaScriptTest::onOneLine)
                    .filter(sql -> !sql.isEmpty())
                    .toArray(String[]::new);
        }
    }

    private static String onOneLine(String sql) {
        return sql.replaceAll("\\s+", " ").replace("( ", "(").replace(" )", ")").strip();
    }

    static Stream<Dialect> dialects() {
        return Stream.of(Dialect.POSTGRESQL, Dialect.MARIADB);
    }

    @ParameterizedTest
    @MethodSource("dialects")
    void theyHaveTheSameStatements(Dialect dialect) throws IOException {
        List<String> expected =
                Schema.script(dialect).stream().map(SchemaScriptTest::onOneLine).toList();

        assertThat(script(dialect))
                .as("%s; the right one is:%n%s;%n", Schema.scriptOf(dialect), String.join(";\n\n", expected))
                .isEqualTo(expected.toArray(String[]::new));
    }
}
