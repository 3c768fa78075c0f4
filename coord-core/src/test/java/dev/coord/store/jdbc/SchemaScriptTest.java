package dev.coord.store.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The script for those who make the tables themselves makes what the library makes. */
class SchemaScriptTest {
    static String[] script() throws IOException {
        try (InputStream script = Schema.class.getClassLoader().getResourceAsStream(Schema.SCRIPT)) {
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

    @Test
    void itHasTheSameStatements() throws IOException {
        List<String> expected = Schema.script(Dialect.POSTGRESQL).stream()
                .map(SchemaScriptTest::onOneLine)
                .toList();

        assertThat(script())
                .as("%s; the right one is:%n%s;%n", Schema.SCRIPT, String.join(";\n\n", expected))
                .isEqualTo(expected.toArray(String[]::new));
    }
}
