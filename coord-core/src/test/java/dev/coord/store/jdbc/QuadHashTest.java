package dev.coord.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.store.StoredQuad;
import org.junit.jupiter.api.Test;

class QuadHashTest {
    @Test
    void equalQuadsHaveOneHash() {
        assertThat(QuadHash.of(quad("<a>", "p", "<b>", "l")))
                .hasSize(32)
                .isEqualTo(QuadHash.of(quad("<a>", "p", "<b>", "l")));
    }

    @Test
    void whereAPartEndsIsPartOfTheHash() {
        assertThat(QuadHash.of(quad("<a>", "pq", "<b>", ""))).isNotEqualTo(QuadHash.of(quad("<a>", "p", "q<b>", "")));
        assertThat(QuadHash.of(quad("<a>", "p", "<b>", ""))).isNotEqualTo(QuadHash.of(quad("<a>", "p", "", "<b>")));
    }

    @Test
    void allComeAfterNone() {
        assertThat(QuadHash.after(StoredQuad.NONE)).isEmpty();
    }

    private static StoredQuad quad(String subject, String predicate, String object, String label) {
        return new StoredQuad(subject, predicate, object, label);
    }
}
