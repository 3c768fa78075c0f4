package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.store.shared.SharedStoreSettings.FrozenOwner;
import dev.coord.testing.Group;
import dev.coord.testing.JavaProcess.Line;
import dev.coord.testing.Participant;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGSTOP of one of three participants, which all work, and SIGCONT. How long it takes in truth is printed by
 * {@link TakeoverBenchmark}.
 */
class FrozenProcessTest {
    private static final Duration PACE = Duration.ofMillis(5);

    private static final Duration THRESHOLD = Duration.ofSeconds(2);

    /** Than the renew deadline. */
    private static final Duration LONGER = Duration.ofSeconds(3);

    @TempDir
    private Path root;

    /** Both ways, and then one whose owner is frozen, by one group. */
    @Test
    void anotherLeadsWhenTheLeaderOrItsOwnerIsFrozen() {
        try (Group group = Group.in(root, o -> o.withShortTimes().withOwnerStaleThreshold(LONGER))) {
            group.startAll(3);
            group.putUnderLoad(PACE);

            assertThatAnotherLeadsWhenTheLeaderIsFrozen(group, true);
            assertThatAnotherLeadsWhenTheLeaderIsFrozen(group, false);
            assertThatALeaderDeposesItselfWhenItsOwnerIsFrozen(group);

            assertThat(group.killAndCheck()).isPositive();
        }
    }

    private static void assertThatAnotherLeadsWhenTheLeaderIsFrozen(Group group, boolean isOwner) {
        Participant old = group.freezeLeader(isOwner);
        long term = old.lastTerm();

        assertThat(group.awaitLeaderAfter(term).participant()).isNotEqualTo(old);
        group.awaitProgress();

        thawAndSeeItFollow(group, old, term);
    }

    private static void assertThatALeaderDeposesItselfWhenItsOwnerIsFrozen(Group group) {
        Participant leader = group.arrangeLeader(false);
        Participant owner = group.awaitOwner();
        int from = leader.process().lineCount();

        owner.freeze();

        long term = leader.lastTerm();
        assertThat(leader.process().await(from, "LOST").words()[2]).isEqualTo("RENEW_DEADLINE_PASSED");
        group.awaitLeaderAfter(term);
        group.awaitProgress();

        owner.thaw();
        group.awaitAgreement();
    }

    @Test
    @Tag("campaign")
    void theLeaderOfAFrozenOwnerKeepsItsTermWhenItsDeadlineIsLongerThanTheTakeover() {
        try (Group group = Group.in(root, o -> o.withOwnerStaleThreshold(THRESHOLD))) {
            group.startAll(3);
            Participant leader = group.arrangeLeader(false);
            Participant owner = group.awaitOwner();
            long term = leader.lastTerm();
            group.putUnderLoad(PACE);

            owner.freeze();

            group.awaitProgress();
            assertThat(leader.renew()).isTrue();
            owner.thaw();
            assertThat(group.awaitAgreement()).isEqualTo(leader);
            assertThat(leader.status().term()).isEqualTo(term);
            assertThat(leader.process().lines()).noneMatch(line -> line.text().startsWith("LOST " + term));
            assertThat(group.killAndCheck()).isPositive();
        }
    }

    @Test
    @Tag("campaign")
    void aFrozenOwnerIsKilledWhereThatIsAskedFor() {
        try (Group group =
                Group.in(root, o -> o.withOwnerStaleThreshold(THRESHOLD).withFrozenOwner(FrozenOwner.KILL))) {
            group.startAll(3);
            Participant old = group.arrangeLeader(true);
            long term = old.lastTerm();
            List<String> databases = databases(group);
            group.putUnderLoad(PACE);

            old.freeze();

            old.process().awaitExit();
            assertThat(group.awaitLeaderAfter(term).term()).isEqualTo(term + 1);
            group.awaitProgress();
            assertThat(databases(group)).as("no copy was made").isEqualTo(databases);
            assertThat(group.killAndCheck()).isPositive();
        }
    }

    @Test
    @Tag("campaign")
    void aFrozenOwnerIsWaitedForWhereThatIsAskedFor() {
        try (Group group = Group.in(root, o -> o.withShortTimes().withFrozenOwner(FrozenOwner.WAIT))) {
            group.startAll(3);
            Participant old = group.arrangeLeader(true);
            List<String> databases = databases(group);
            group.putUnderLoad(PACE);

            old.freeze();

            Participant other = group.well().get(0);
            other.process().ask("commit", "UNAVAILABLE");

            old.thaw();
            other.process().await("COMMITTED");
            group.awaitAgreement();
            assertThat(databases(group)).as("no copy was made").isEqualTo(databases);
            assertThat(group.killAndCheck()).isPositive();
        }
    }

    private static void thawAndSeeItFollow(Group group, Participant old, long term) {
        int from = old.process().lineCount();

        old.thaw();

        assertThat(old.process().await(from, "PAUSED").text()).endsWith("HOLDS-NOT");
        if (old.renew()) {
            // On a slow machine it may have been elected again.
            old.process().await(from, "LEADER");
        }
        Line lost = old.process().await(from, "LOST");
        assertThat(lost.words()[1]).isEqualTo(Long.toString(term));
        Line follows = old.process().await(from, "FOLLOWER");
        assertThat(Long.parseLong(follows.words()[1])).isGreaterThan(term);
        group.awaitAgreement();
        group.awaitProgress();
    }

    private static List<String> databases(Group group) {
        return group.files().stream()
                .filter(name -> name.startsWith("coord.") && name.endsWith(".mv.db"))
                .toList();
    }
}
