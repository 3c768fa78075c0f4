package dev.coord;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TermTest {
    @Test
    void comparesAsANumber() {
        assertThat(new Term(10))
                .isGreaterThan(new Term(9))
                .isEqualTo(new Term(10))
                .hasToString("10");
        assertThat(Term.NONE).isLessThan(new Term(1));
    }

    @Test
    void isNeverNegative() {
        assertThatThrownBy(() -> new Term(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }
}
