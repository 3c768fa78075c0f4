package dev.coord.sample.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FlagJournalTest {
    private final FlagJournal journal = new FlagJournal();

    @Test
    void knowsNothingBeforeTheFirstLook() {
        assertThat(journal.since(0)).isEmpty();
        assertThat(journal.since(5)).isEmpty();
    }

    @Test
    void tellsWhatChangedAfterACommit() {
        journal.changed("a", 10);
        journal.changed("b", 11);
        journal.deleted("c", 12);
        journal.changed("a", 13);
        assertThat(journal.since(13).orElseThrow()).isEmpty();
        assertThat(journal.since(12).orElseThrow()).containsExactly("a");
        assertThat(journal.since(11).orElseThrow()).containsExactlyInAnyOrder("a", "c");
        assertThat(journal.since(10).orElseThrow()).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void doesNotKnowWhatWasBeforeItsTimeOrIsStillToCome() {
        journal.changed("a", 10);
        assertThat(journal.since(9)).isEmpty();
        assertThat(journal.since(11)).isEmpty();
    }

    @Test
    void aFlagThatIsBackIsNotDeleted() {
        journal.changed("a", 1);
        journal.deleted("a", 2);
        journal.changed("a", 3);
        assertThat(journal.since(1).orElseThrow()).containsExactly("a");
    }

    @Test
    void forgetsDeletedFlagsAtSomeTime() {
        journal.reached(0);
        for (int i = 1; i <= 1001; i++) {
            journal.deleted("k" + i, i);
        }
        assertThat(journal.since(0)).isEmpty();
        assertThat(journal.since(1).orElseThrow()).hasSize(1000);
    }
}
