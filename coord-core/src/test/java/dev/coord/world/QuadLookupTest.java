package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.world.WorldChange.QuadSet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Quads are found by whatever is given of them: what is found is compared with what a look at each of them finds. */
class QuadLookupTest {
    private static final List<String> KEYS = List.of("hub", "hub/a", "b", "\u00e4\ud83d\ude00");
    private static final List<String> PREDICATES = List.of("knows", "knows-well", "z");
    private static final List<String> LABELS = List.of("", "graph", "\1");

    @SafeVarargs
    private static <T> List<@Nullable T> orNot(List<T> given, T... others) {
        List<@Nullable T> all = new ArrayList<>(given);
        for (T other : others) {
            all.add(other);
        }
        all.add(null);
        return all;
    }

    @Test
    void theSameIsFoundAsByLookingAtEach() {
        List<GraphQuad> quads = new ArrayList<>();
        Snapshot world = Snapshot.EMPTY;
        for (int i = 0; i < KEYS.size() * KEYS.size() * PREDICATES.size() * LABELS.size(); i++) {
            // Not all of them.
            if (i % 5 != 3) {
                var quad = new GraphQuad(
                        KEYS.get(i % 4), PREDICATES.get(i / 16 % 3), KEYS.get(i / 4 % 4), LABELS.get(i / 48));
                quads.add(quad);
                world = world.with(new QuadSet(quad));
            }
        }
        String tooLong = "x".repeat(1001);
        for (String subject : orNot(KEYS, "", "none", tooLong)) {
            for (String predicate : orNot(PREDICATES, "", "none", "a\0b")) {
                for (String object : orNot(KEYS, "", "none", tooLong)) {
                    for (String label : orNot(LABELS, "none", tooLong)) {
                        var filter = new QuadFilter(subject, predicate, object, label);

                        assertThat(world.quads(filter, Integer.MAX_VALUE))
                                .as(filter.toString())
                                .containsExactlyInAnyOrderElementsOf(
                                        quads.stream().filter(filter::matches).toList());
                    }
                }
            }
        }
    }
}
