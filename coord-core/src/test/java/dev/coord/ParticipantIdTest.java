package dev.coord;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParticipantIdTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "4711-0123456789abcdef",
                "A.b_c-d",
                "0123456789012345678901234567890123456789012345678901234567890123"
            })
    void isAnyShortName(String value) {
        assertThat(new ParticipantId(value)).hasToString(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "a/b",
                "../x",
                "a\nb",
                "a\n",
                "ä",
                "a'b",
                "a;b",
                "01234567890123456789012345678901234567890123456789012345678901234"
            })
    void isRefusedWithWhatIsAllowed(String value) {
        assertThatThrownBy(() -> new ParticipantId(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 64 letters, digits, dots, dashes or underscores")
                .hasMessageContaining("'" + value + "'");
    }

    @Test
    void aRandomOneNamesThePidAndIsNeverTheSame() {
        var ids = IntStream.range(0, 1000).mapToObj(i -> ParticipantId.random()).toList();

        assertThat(ids)
                .doesNotHaveDuplicates()
                .allSatisfy(id ->
                        assertThat(id.value()).matches(ProcessHandle.current().pid() + "-[0-9a-f]{16}"));
    }
}
