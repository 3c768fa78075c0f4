package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The rules of quads. */
abstract class GraphContract extends WorldContract {
    GraphContract(Supplier<WorldGroup> group, Way way) {
        super(group, way);
    }

    private boolean set(GraphQuad quad) {
        return write(world -> world.setQuad(quad));
    }

    @Test
    void aNewQuadIncrementsTheRevisionsOfItsEnds() {
        create("a", "b", "c");

        assertThat(set(quad("a", "knows", "b"))).isTrue();

        assertThat(quadsOf("a")).containsExactly(quad("a", "knows", "b"));
        assertThat(quadsOf("b")).containsExactly(quad("a", "knows", "b"));
        assertThat(rev("a")).isEqualTo(2);
        assertThat(rev("b")).isEqualTo(2);
        assertThat(rev("c")).isEqualTo(1);
    }

    @Test
    void aQuadThatIsThereChangesNothing() {
        create("a", "b");
        set(quad("a", "knows", "b"));

        assertThat(set(quad("a", "knows", "b"))).isFalse();

        assertThat(quadsOf("a")).hasSize(1);
        assertThat(rev("a")).isEqualTo(2);
        assertThat(rev("b")).isEqualTo(2);
    }

    @Test
    void aQuadFromAnObjectToItselfTouchesItOnce() {
        create("a");

        assertThat(set(quad("a", "is", "a"))).isTrue();
        assertThat(rev("a")).isEqualTo(2);

        assertThat(changed(world -> world.deleteQuad(quad("a", "is", "a")))).isTrue();
        assertThat(rev("a")).isEqualTo(3);
    }

    @Test
    void bothEndsOfAQuadMustExist() {
        create("a");

        var noObject = refused(ObjectNotFoundException.class, world -> world.setQuad(quad("a", "knows", "b")));
        var noSubject = refused(ObjectNotFoundException.class, world -> world.setQuad(quad("b", "knows", "a")));

        assertThat(noObject.subject()).isEqualTo(key("b"));
        assertThat(noSubject.subject()).isEqualTo(key("b"));
        assertThat(rev("a")).isEqualTo(1);
    }

    @Test
    void aDeletedQuadTouchesItsEndsAndOneThatIsNotThereNothing() {
        create("a", "b");
        set(quad("a", "knows", "b"));

        assertThat(changed(world -> world.deleteQuad(quad("a", "likes", "b")))).isFalse();
        assertThat(rev("a")).isEqualTo(2);

        assertThat(changed(world -> world.deleteQuad(quad("a", "knows", "b")))).isTrue();
        assertThat(quadsOf("a")).isEmpty();
        assertThat(rev("a")).isEqualTo(3);
        assertThat(rev("b")).isEqualTo(3);
    }

    @Test
    void deletingAnObjectDeletesItsQuadsAndTouchesTheirOtherEndsOnce() {
        create("a", "b", "c", "d");
        set(quad("a", "knows", "b"));
        set(quad("b", "knows", "a"));
        set(quad("c", "knows", "a"));
        set(quad("b", "knows", "c"));

        write(world -> world.deleteObject(key("a")));

        assertThat(quadsOf("a")).isEmpty();
        assertThat(quadsOf("b")).containsExactly(quad("b", "knows", "c"));
        assertThat(rev("b")).as("created, 3 quads, and their end").isEqualTo(5);
        assertThat(rev("c")).as("created, 2 quads, and the end of one").isEqualTo(4);
        assertThat(rev("d")).isEqualTo(1);
    }

    @Test
    void allQuadsOfAnObjectCanBeDeleted() {
        create("a", "b", "c");
        set(quad("a", "knows", "b"));
        set(quad("c", "knows", "a"));
        set(quad("b", "knows", "c"));

        assertThat(changed(world -> world.deleteObjectQuads(key("a")))).isTrue();

        assertThat(quadsOf("a")).isEmpty();
        assertThat(quadsOf("b")).containsExactly(quad("b", "knows", "c"));
        assertThat(rev("a")).as("created, 2 quads, and their end at once").isEqualTo(4);
        assertThat(rev("b")).isEqualTo(4);
        assertThat(changed(world -> world.deleteObjectQuads(key("a")))).isFalse();
        assertThat(rev("a")).isEqualTo(4);
        assertThat(changed(world -> world.deleteObjectQuads(key("nothing")))).isFalse();
    }

    @Test
    void aRenameRewritesQuadsAndKeepsAllRevisions() {
        create("a", "a/x", "b");
        set(quad("a", "knows", "b"));
        set(quad("b", "knows", "a/x"));
        set(quad("a", "holds", "a/x"));
        set(quad("a", "is", "a"));
        List<Long> before = List.of(rev("a"), rev("a/x"), rev("b"));

        write(world -> world.renameObject(key("a"), key("c"), true));

        assertThat(quadsOf("c"))
                .containsExactlyInAnyOrder(quad("c", "knows", "b"), quad("c", "holds", "c/x"), quad("c", "is", "c"));
        assertThat(quadsOf("b")).containsExactlyInAnyOrder(quad("c", "knows", "b"), quad("b", "knows", "c/x"));
        assertThat(quadsOf("a")).isEmpty();
        assertThat(List.of(rev("c"), rev("c/x"), rev("b"))).isEqualTo(before);
    }

    @Test
    void anOverlappingRenameRewritesQuads() {
        create("a", "a/b", "z");
        set(quad("a", "holds", "a/b"));
        set(quad("z", "knows", "a/b"));

        write(world -> world.renameObject(key("a"), key("a/b"), true));

        assertThat(quadsOf("a/b")).containsExactly(quad("a/b", "holds", "a/b/b"));
        assertThat(quadsOf("z")).containsExactly(quad("z", "knows", "a/b/b"));
        assertThat(rev("a/b")).isEqualTo(2);
        assertThat(rev("a/b/b")).isEqualTo(3);
    }

    @Test
    void quadsAreLookedUpByWhatIsGiven() {
        create("a", "b", "c");
        GraphQuad labelled = new GraphQuad(key("a"), "knows", key("b"), "work");
        List<GraphQuad> all =
                List.of(quad("a", "knows", "b"), labelled, quad("a", "knows", "c"), quad("b", "likes", "a"));
        all.forEach(quad -> assertThat(set(quad)).isTrue());

        assertThat(look(QuadFilter.from(key("a")))).containsExactly(all.get(0), labelled, all.get(2));
        assertThat(look(QuadFilter.to(key("a")))).containsExactly(all.get(3));
        assertThat(look(QuadFilter.from(key("a")).withObject(key("b")))).containsExactly(all.get(0), labelled);
        assertThat(look(QuadFilter.from(key("a")).withLabel("work"))).containsExactly(labelled);
        assertThat(look(QuadFilter.to(key("b")).withLabel(""))).containsExactly(all.get(0));
        assertThat(look(QuadFilter.to(key("b")).withPredicate("likes"))).isEmpty();
        assertThat(look(QuadFilter.any().withPredicate("likes"))).contains(all.get(3));
        assertThat(look(QuadFilter.any())).containsAll(all);
        assertThat(look(QuadFilter.from(key("nothing")))).isEmpty();
        assertThat(look(QuadFilter.from(""))).isEmpty();
    }

    private List<GraphQuad> look(QuadFilter filter) {
        return view().lookUpQuads(filter, Integer.MAX_VALUE);
    }

    @Test
    void aLookUpHasALimit() {
        create("a", "b");
        for (String predicate : List.of("p1", "p2", "p3")) {
            set(quad("a", predicate, "b"));
        }

        assertThat(view().lookUpQuads(QuadFilter.from(key("a")), 2))
                .containsExactly(quad("a", "p1", "b"), quad("a", "p2", "b"));
        assertThat(view().lookUpQuads(QuadFilter.to(key("b")), 1)).containsExactly(quad("a", "p1", "b"));
        assertThat(view().lookUpQuads(QuadFilter.any(), 0)).isEmpty();
    }

    @Test
    void aQuadsWordsAreChecked() {
        create("a", "b");
        String tooLong = "p".repeat(1001);
        for (String predicate : List.of("", "a\0b", "\ud83d", tooLong)) {
            refused(InvalidOperationException.class, world -> world.setQuad(quad("a", predicate, "b")));
        }
        refused(
                InvalidOperationException.class,
                world -> world.setQuad(new GraphQuad(key("a"), "p", key("b"), tooLong)));
        refused(InvalidOperationException.class, world -> world.setQuad(GraphQuad.of("", "p", key("b"))));
    }

    @Test
    void quadsBetweenTheLongestKeysAreThere() {
        String longest = "k".repeat(1000 - part.length());
        create(longest);
        GraphQuad quad = new GraphQuad(key(longest), "p".repeat(1000), key(longest), "l".repeat(1000));

        assertThat(set(quad)).isTrue();

        assertThat(quadsOf(longest)).containsExactly(quad);
    }
}
