package dev.coord.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.StoreException;
import dev.coord.StoreUnavailableException;
import dev.coord.Term;
import dev.coord.store.WorldStore.WorldAnswer;
import dev.coord.testing.AtOnce;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Who may write to a world, and when. */
public abstract class WorldFenceContract extends WorldStoreTestBase {
    /** Everything that writes, in the name of {@code who}, is refused and changes nothing. */
    private void nothingIsWritten(String who, long term) {
        WorldHead before = head();
        long seqno = before.seqno();
        Commit commit = commit(who, term, seqno, entry(seqno + 1, term, put("refused", 1)));
        List<WorldAnswer> answers = List.of(
                send(commit), truncate(who, term, seqno), removeBlocks(who, term, seqno, ref("bucket", "block")));

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.accepted()).isFalse();
            assertThat(answer.head().seqno()).isEqualTo(seqno);
        });
        assertThat(head()).isEqualTo(before);
        assertThat(keys(objects())).doesNotContain("refused@1");
        assertThat(log()).hasSize((int) seqno);
        assertThat(world.block(group, ref("bucket", "block"))).isPresent();
    }

    /** A leads with term 1, and committed something. */
    private void aLeads() {
        lead(A, 1);
        committed(commit(A, 1, 0, entry(1, 1, put("x", 1))).with(block("bucket", "block", "content")));
    }

    @Test
    void aWorldThatNeverWasHasAnEmptyHead() {
        assertThat(head()).isEqualTo(WorldHead.NONE);
        assertThat(objects()).isEmpty();
        assertThat(log()).isEmpty();
    }

    @Test
    void onlyTheHolderOfTheLeaseBegins() {
        assertThat(begin(A, 1).accepted()).as("there is no lease").isFalse();
        lease(A, 3);

        assertThat(begin(B, 3).accepted()).isFalse();
        assertThat(begin(A, 2).accepted()).isFalse();
        assertThat(begin(A, 4).accepted()).isFalse();
        assertThat(begin(A, 0).accepted()).isFalse();
        assertThat(head()).isEqualTo(WorldHead.NONE);

        WorldAnswer begun = begin(A, 3);
        assertThat(begun.accepted()).isTrue();
        assertThat(begun.head().term()).isEqualTo(new Term(3));
        assertThat(head()).isEqualTo(begun.head());
    }

    @Test
    void aRepeatedBeginChangesNothing() {
        aLeads();
        WorldHead before = head();

        assertThat(begin(A, 1)).isEqualTo(new WorldAnswer(true, before));
    }

    @Test
    void nothingIsWrittenBeforeTheTermHasBegun() {
        aLeads();
        lease(B, 2);

        nothingIsWritten(B, 2);
    }

    @Test
    void nothingIsWrittenOnceAnotherHoldsTheLease() {
        aLeads();
        lease(B, 2);

        nothingIsWritten(A, 1);
        assertThat(begin(B, 2).accepted()).isTrue();
        nothingIsWritten(A, 1);
    }

    @Test
    void nothingIsWrittenOnceTheLeaseIsReleased() {
        aLeads();
        lease("", 1);

        nothingIsWritten(A, 1);
    }

    @Test
    void nothingIsWrittenOnceTheLeaseIsGone() {
        aLeads();
        store.leases().delete(group);

        nothingIsWritten(A, 1);
    }

    @Test
    void nothingIsWrittenInTheNameOfAnotherOne() {
        aLeads();

        nothingIsWritten(B, 1);
        nothingIsWritten(A, 0);
        nothingIsWritten(A, 2);
    }

    @Test
    void nothingIsWrittenOnAWrongBase() {
        aLeads();

        assertThat(send(commit(A, 1, 5, entry(6, 1))).accepted()).isFalse();
        assertThat(send(commit(A, 1, 0, entry(1, 1), entry(2, 1))).accepted())
                .as("it overlaps what was committed")
                .isFalse();
        assertThat(removeBlocks(A, 1, 0, ref("bucket", "block")).accepted()).isFalse();
        assertThat(removeBlocks(A, 1, 2, ref("bucket", "block")).accepted()).isFalse();
        assertThat(head().seqno()).isEqualTo(1);
        assertThat(world.block(group, ref("bucket", "block"))).isPresent();
    }

    @Test
    void aCommitWhoseAnswerWasLostIsAcceptedAgainAndHappensOnce() {
        lead(A, 1);
        Commit first = commit(A, 1, 0, entry(1, 1, put("x", 1)), entry(2, 1, put("x", 2)));
        committed(first);
        assertThat(send(first)).isEqualTo(new WorldAnswer(true, head()));
        committed(commit(A, 1, 2, entry(3, 1, put("x", 3))));

        assertThat(send(first).accepted()).isTrue();

        assertThat(head().seqno()).isEqualTo(3);
        assertThat(keys(objects())).containsExactly("x@3");
        assertThat(log()).hasSize(3);
    }

    @Test
    void aCommitOfNothingIsOnlyAcceptedOnItsBase() {
        aLeads();

        assertThat(send(commit(A, 1, 1)).accepted()).isTrue();
        assertThat(send(commit(A, 1, 0)).accepted()).isFalse();
        assertThat(send(commit(A, 1, 2)).accepted()).isFalse();
        assertThat(head().seqno()).isEqualTo(1);
    }

    @Test
    void entriesWithOtherNumbersOrTermsAreRefused() {
        aLeads();
        for (Commit wrong : List.of(
                commit(A, 1, 1, entry(3, 1)),
                commit(A, 1, 1, entry(2, 1), entry(4, 1)),
                commit(A, 1, 1, entry(2, 2)))) {
            assertThatThrownBy(() -> send(wrong))
                    .isInstanceOf(StoreException.class)
                    .isNotInstanceOf(StoreUnavailableException.class);
        }
        assertThat(head().seqno()).isEqualTo(1);
        assertThat(log()).hasSize(1);
    }

    @Test
    void nothingOfAnEarlierTermComesAfterTheNextOneHasBegun() throws Exception {
        lead(A, 1);
        List<Callable<Long>> both = new ArrayList<>();
        both.add(() -> {
            long seqno = 0;
            while (send(commit(A, 1, seqno, entry(seqno + 1, 1))).accepted()) {
                seqno++;
            }
            return seqno;
        });
        both.add(() -> {
            while (head().seqno() < 20) {
                Thread.onSpinWait();
            }
            lease(B, 2);
            return begin(B, 2).head().seqno();
        });

        List<Long> seqnos = AtOnce.run(both);

        assertThat(seqnos.get(0)).isEqualTo(seqnos.get(1)).isEqualTo(head().seqno());
        assertThat(head().term()).isEqualTo(new Term(2));
    }
}
