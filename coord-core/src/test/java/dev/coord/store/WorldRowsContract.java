package dev.coord.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.store.CommitSignal.Topic;
import dev.coord.store.WorldStore.WorldAnswer;
import dev.coord.testing.Patience;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a world keeps: rows, blocks and its log. */
public abstract class WorldRowsContract extends WorldStoreTestBase {
    private static final StoredQuad AB = quad("<a>", "knows", "<b>", "");

    @Test
    void changesAreCarriedOutInOrder() {
        lead(A, 1);
        committed(commit(
                A,
                1,
                0,
                entry(1, 1, put("a", 1), put("b", 1), put("c", 1), set(AB)),
                entry(2, 1, put("a", 2), renamed("b", "d", 1), removed("c"), deleted(AB)),
                entry(3, 1, put("c", 1), set(AB), removed("a"))));

        assertThat(keys(objects())).containsExactly("c@1", "d@1");
        assertThat(objects().get(1).root()).isEqualTo(ref("bucket", "root of b"));
        assertThat(quads()).containsExactly(AB);

        committed(commit(A, 1, 3, entry(4, 1, renamed("c", "a", 7), deleted(AB), removed("nothing"), set(AB))));
        assertThat(keys(objects())).containsExactly("a@7", "d@1");
        assertThat(quads()).containsExactly(AB);
    }

    @Test
    void theLogHasWhatWasCommitted() {
        lead(A, 1);
        StoredEntry first = entry(1, 1, put("a", 1));
        StoredEntry second = entry(2, 1, set(AB));
        committed(commit(A, 1, 0, first, second));
        lead(B, 2);
        StoredEntry third = entry(3, 2);
        committed(commit(B, 2, 2, third));

        assertThat(log()).containsExactly(first, second, third);
        assertThat(world.log(group, 2, 1_000_000).entries()).containsExactly(third);
        assertThat(world.log(group, 3, 1_000_000).entries()).isEmpty();
        assertThat(world.log(group, 1, 1_000_000).head()).isEqualTo(world.head(group));
    }

    @Test
    void aPartOfTheLogHasAtLeastOneEntryAndNotMoreThanItsBytes() {
        lead(A, 1);
        StoredEntry[] entries = IntStream.rangeClosed(1, 5)
                .mapToObj(i -> entry(i, 1, put("key", i)))
                .toArray(StoredEntry[]::new);
        committed(commit(A, 1, 0, entries));
        int size = entries[0].size();

        assertThat(world.log(group, 0, 1).entries()).containsExactly(entries[0]);
        assertThat(world.log(group, 1, 3 * size).entries()).containsExactly(entries[1], entries[2], entries[3]);
        assertThat(world.log(group, 1, 3 * size - 1).entries()).containsExactly(entries[1], entries[2]);
    }

    @Test
    void objectsComeInPagesInTheOrderOfTheirKeys() {
        lead(A, 1);
        committed(commit(A, 1, 0, entry(1, 1, put("b", 1), put("ä", 1), put("a", 1), put("a/x", 1), put("B", 1))));
        checkpoint();

        List<String> paged = new ArrayList<>();
        String after = "";
        for (var page = world.objects(group, after, 2);
                !page.objects().isEmpty();
                page = world.objects(group, after, 2)) {
            assertThat(page.objects()).hasSizeLessThanOrEqualTo(2);
            assertThat(page.head()).isEqualTo(world.head(group));
            paged.addAll(keys(page.objects()));
            after = page.objects().get(page.objects().size() - 1).key();
        }

        assertThat(paged).containsExactly("B@1", "a@1", "a/x@1", "b@1", "ä@1");
    }

    @Test
    void quadsComeInPages() {
        lead(A, 1);
        List<StoredQuad> all = List.of(
                quad("<a>", "p", "<a>", ""),
                quad("<a>", "p", "<b>", ""),
                quad("<a>", "p", "<b>", "label"),
                quad("<a>", "q", "<a>", ""),
                quad("<b>", "a", "<a>", ""));
        committed(commit(
                A,
                1,
                0,
                entry(1, 1, set(all.get(4)), set(all.get(2)), set(all.get(0))),
                entry(2, 1, set(all.get(3)), set(all.get(1)))));
        checkpoint();

        List<StoredQuad> paged = new ArrayList<>();
        StoredQuad after = StoredQuad.NONE;
        for (var page = world.quads(group, after, 2); !page.quads().isEmpty(); page = world.quads(group, after, 2)) {
            assertThat(page.quads()).hasSizeLessThanOrEqualTo(2);
            assertThat(page.head()).isEqualTo(world.head(group));
            paged.addAll(page.quads());
            after = paged.get(paged.size() - 1);
        }

        assertThat(paged).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void blocksAreKeptByTheirReferenceUntilTheyAreRemoved() {
        lead(A, 1);
        Commit commit = commit(A, 1, 0, entry(1, 1))
                .with(block("", "x", "one"), block("secret", "x", "two"), block("secret", "y", "three"));
        committed(commit);
        committed(commit(A, 1, 1, entry(2, 1)).with(block("", "x", "one")));

        assertThat(world.block(group, ref("", "x"))).hasValue("one".getBytes(UTF_8));
        assertThat(world.block(group, ref("secret", "x"))).isPresent();
        assertThat(world.block(group, ref("", "y"))).isEmpty();
        assertThat(world.block("another", ref("", "x"))).isEmpty();
        BlockRef first = ref("", "x");
        assertThat(world.blocks(group, BlockRef.NONE, 2)).containsExactly(first, ref("secret", "x"));
        assertThat(world.blocks(group, ref("secret", "x"), 2)).containsExactly(ref("secret", "y"));

        assertThat(removeBlocks(A, 1, 2, ref("secret", "x"), first, ref("none", "none"))
                        .accepted())
                .isTrue();
        assertThat(world.blocks(group, BlockRef.NONE, 9)).containsExactly(ref("secret", "y"));
    }

    @Test
    void theLogIsTruncatedUpToANumber() {
        lead(A, 1);
        committed(commit(A, 1, 0, entry(1, 1, put("a", 1)), entry(2, 1), entry(3, 1)));
        checkpoint();

        WorldAnswer answer = truncate(A, 1, 2);

        assertThat(answer.accepted()).isTrue();
        assertThat(answer.head()).isEqualTo(head());
        assertThat(head().truncatedSeqno()).isEqualTo(2);
        assertThat(head().seqno()).isEqualTo(3);
        assertThat(world.log(group, 0, 1_000_000).entries()).containsExactly(entry(3, 1));
        assertThat(keys(objects())).as("what it said stays").containsExactly("a@1");
        assertThat(truncate(A, 1, 1).accepted()).isTrue();
        assertThat(head().truncatedSeqno()).isEqualTo(2);
    }

    @Test
    void whatTheRowsDoNotHaveIsNotTruncated() {
        lead(A, 1);
        committed(commit(A, 1, 0, entry(1, 1, put("a", 1)), entry(2, 1, put("a", 2)), entry(3, 1, put("a", 3))));
        assertThat(truncate(A, 1, 3).accepted()).isTrue();
        assertThat(log()).hasSize(3);

        assertThat(world.checkpoint(group, 2)).isEqualTo(2);
        assertThat(keys(world.objects(group, "", 10).objects())).containsExactly("a@2");
        assertThat(world.head(group).checkpointSeqno()).isEqualTo(2);

        assertThat(truncate(A, 1, 3).head().truncatedSeqno()).isEqualTo(2);
        assertThat(log()).containsExactly(entry(3, 1, put("a", 3)));
        assertThat(world.checkpoint(group, 2)).isEqualTo(3);
        assertThat(world.checkpoint(group, 2)).isEqualTo(3);
        assertThat(keys(objects())).containsExactly("a@3");
    }

    @Test
    void theRowsFollowALargeEntryInSteps() {
        lead(A, 1);
        committed(commit(
                A,
                1,
                0,
                entry(1, 1, put("a", 1)),
                entry(2, 1, put("b", 1), put("c", 1), put("a", 2), set(AB), deleted(AB), put("a", 3)),
                entry(3, 1, put("c", 2))));

        assertThat(world.checkpoint(group, 3)).isEqualTo(1);
        assertThat(keys(world.objects(group, "", 10).objects())).containsExactly("a@1", "b@1", "c@1");
        assertThat(world.head(group).checkpointSeqno()).isEqualTo(1);
        assertThat(truncate(A, 1, 3).head().truncatedSeqno()).isEqualTo(1);
        assertThat(world.checkpoint(group, 3)).isEqualTo(1);
        assertThat(world.quads(group, StoredQuad.NONE, 10).quads()).isEmpty();
        assertThat(world.checkpoint(group, 1)).isEqualTo(2);
        assertThat(world.checkpoint(group, 1)).isEqualTo(3);
        assertThat(keys(world.objects(group, "", 10).objects())).containsExactly("a@3", "b@1", "c@2");
    }

    @Test
    void noMoreOfTheLogIsRemovedAtOnceThanTakesLittleTime() {
        lead(A, 1);
        for (int i = 1; i <= 6; i++) {
            committed(commit(A, 1, i - 1, entry("x".repeat(400_000), i, 1)));
        }
        checkpoint();

        assertThat(truncate(A, 1, 6).head().truncatedSeqno()).isEqualTo(2);
        assertThat(truncate(A, 1, 6).head().truncatedSeqno()).isEqualTo(4);
        assertThat(truncate(A, 1, 5).head().truncatedSeqno()).isEqualTo(5);
        assertThat(truncate(A, 1, 6).head().truncatedSeqno()).isEqualTo(6);
        assertThat(log()).isEmpty();
    }

    @Test
    void aCommitCanBeTruncatedAndReadInPart() {
        lead(A, 1);
        committed(commit(A, 1, 0, entry(1, 1), entry(2, 1), entry(3, 1)));
        committed(commit(A, 1, 3, entry(4, 1), entry(5, 1)));
        assertThat(world.log(group, 1, 1_000_000).entries())
                .containsExactly(entry(2, 1), entry(3, 1), entry(4, 1), entry(5, 1));
        assertThat(world.log(group, 4, 1_000_000).entries()).containsExactly(entry(5, 1));
        checkpoint();

        assertThat(truncate(A, 1, 2).head().truncatedSeqno()).isEqualTo(2);
        assertThat(world.log(group, 0, 1_000_000).entries()).containsExactly(entry(3, 1), entry(4, 1), entry(5, 1));
        assertThat(truncate(A, 1, 4).head().truncatedSeqno()).isEqualTo(4);
        assertThat(log()).containsExactly(entry(5, 1));
        assertThat(truncate(A, 1, 5).head().truncatedSeqno()).isEqualTo(5);
        assertThat(log()).isEmpty();
    }

    @Test
    void aCommitThatIsLargerThanARowOfTheLogIsReadAsItWas() {
        lead(A, 1);
        StoredEntry large = entry("x".repeat(700_000), 1, 1);
        StoredEntry largest = entry("y".repeat(1024 * 1024 - 100), 2, 1);
        committed(commit(A, 1, 0, large, largest, entry(3, 1)));
        List<StoredEntry> read = new ArrayList<>();
        while (read.size() < 3) {
            read.addAll(world.log(group, read.size(), 100_000).entries());
        }
        assertThat(read).containsExactly(large, largest, entry(3, 1));
    }

    @Test
    void truncatingMoreThanThereIsLeavesAnEmptyLog() {
        lead(A, 1);
        committed(commit(A, 1, 0, entry(1, 1)));
        checkpoint();

        assertThat(truncate(A, 1, 100).accepted()).isTrue();

        assertThat(head().truncatedSeqno()).isEqualTo(1);
        assertThat(log()).isEmpty();
        committed(commit(A, 1, 1, entry(2, 1)));
        assertThat(log()).hasSize(1);
    }

    @Test
    void worldsOfTwoGroupsKnowNothingOfEachOther() {
        lead(A, 1);
        committed(commit(A, 1, 0, entry(1, 1, put("a", 1), set(AB))));
        newGroup();

        assertThat(head().seqno()).isZero();
        assertThat(objects()).isEmpty();
        assertThat(quads()).isEmpty();
        lead(B, 1);
        committed(commit(B, 1, 0, entry(1, 1, put("b", 1))));
        assertThat(keys(objects())).containsExactly("b@1");
    }

    @Test
    void aCommitWakesThoseWhoWaitForTheHead() throws Exception {
        lead(A, 1);
        long seen = store.signal().current();

        committed(commit(A, 1, 0, entry(1, 1)));

        assertThat(store.signal().await(seen, Set.of(Topic.HEAD), Patience.LIMIT))
                .isGreaterThan(seen);
        assertThat(store.signal().changedSince(seen, Topic.HEAD)).isTrue();
    }
}
