package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.store.shared.SharedStoreSettings.FrozenHost;
import dev.coord.testing.Group;
import dev.coord.testing.MeasuresTime;
import dev.coord.testing.Participant;
import dev.coord.testing.Participant.NewLeader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGSTOP of one of three participants, which all work, and SIGCONT. How long it takes in truth is printed by
 * {@link TakeoverBenchmark}.
 */
@MeasuresTime
class FrozenProcessTest {
    private static final Duration LEASE_STALE = CoordinatorSettings.DEFAULT_LEASE_STALE_THRESHOLD;
    private static final Duration QUICKLY = LEASE_STALE.plusMillis(300).multipliedBy(5);
    private static final Duration PACE = Duration.ofMillis(5);

    @TempDir
    private Path root;

    @Test
    void anotherLeadsWhenTheLeaderThatIsTheHostIsFrozen() {
        try (Group group = Group.in(root)) {
            group.startAll(3);
            Participant old = group.arrangeLeader(true);
            long term = old.lastTerm();
            group.putUnderLoad(PACE);

            long frozen = old.freeze();

            NewLeader next = group.awaitLeaderAfter(term);
            assertThat(next.after(frozen)).isLessThan(QUICKLY);
            assertThat(next.term()).isEqualTo(term + 1);
            group.awaitProgress();

            thawAndSeeItFollow(group, old, term);
            assertThat(group.killAndCheck()).isPositive();
        }
    }

    @Test
    void aLeaderThatIsNotTheHostIsReplacedWhenItIsFrozen() {
        try (Group group = Group.in(root)) {
            group.startAll(3);
            Participant old = group.arrangeLeader(false);
            long term = old.lastTerm();
            group.putUnderLoad(PACE);

            long frozen = old.freeze();

            NewLeader next = group.awaitLeaderAfter(term);
            assertThat(next.after(frozen)).isLessThan(QUICKLY);
            group.awaitProgress();

            thawAndSeeItFollow(group, old, term);
            assertThat(group.killAndCheck()).isPositive();
        }
    }

    @Test
    void theLeaderOfAFrozenHostDeposesItselfWhenItCannotRenewInTime() {
        try (Group group = Group.in(root)) {
            group.startAll(3);
            Participant leader = group.arrangeLeader(false);
            Participant host = group.awaitHost();
            long term = leader.lastTerm();
            group.putUnderLoad(PACE);

            host.freeze();

            leader.process().await("LOST " + term + " RENEW_DEADLINE_PASSED");
            NewLeader next = group.awaitLeaderAfter(term);
            assertThat(next.term()).isEqualTo(term + 1);
            group.awaitProgress();
            host.thaw();
            assertThat(group.awaitAgreement()).isEqualTo(next.participant());
            assertThat(group.killAndCheck()).isPositive();
        }
    }

    @Test
    void theLeaderOfAFrozenHostKeepsItsTermWhenItsDeadlineIsLongerThanTheTakeover() {
        try (Group group = Group.in(root, o -> o.withLease(Duration.ofSeconds(10), Duration.ofSeconds(11)))) {
            group.startAll(3);
            Participant leader = group.arrangeLeader(false);
            Participant host = group.awaitHost();
            long term = leader.lastTerm();
            group.putUnderLoad(PACE);

            host.freeze();

            group.awaitProgress();
            assertThat(leader.renew()).isTrue();
            host.thaw();
            assertThat(group.awaitAgreement()).isEqualTo(leader);
            assertThat(leader.status().term()).isEqualTo(term);
            assertThat(leader.process().lines()).noneMatch(line -> line.text().startsWith("LOST " + term));
            assertThat(group.killAndCheck()).isPositive();
        }
    }

    @Test
    void aFrozenHostIsKilledWhereThatIsAskedFor() {
        try (Group group = Group.in(root, o -> o.withFrozenHost(FrozenHost.KILL))) {
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
    void aFrozenHostIsWaitedForWhereThatIsAskedFor() {
        try (Group group = Group.in(root, o -> o.withFrozenHost(FrozenHost.WAIT))) {
            group.startAll(3);
            Participant old = group.arrangeLeader(true);
            long term = old.lastTerm();
            List<String> databases = databases(group);
            group.putUnderLoad(PACE);

            old.freeze();

            Participant other = group.well().get(0);
            other.process().ask("commit", "UNAVAILABLE");
            old.thaw();
            other.process().await("COMMITTED");
            assertThat(group.awaitAgreement().status().term()).isGreaterThan(term);
            assertThat(databases(group)).as("no copy was made").isEqualTo(databases);
            assertThat(group.killAndCheck()).isPositive();
        }
    }

    private static void thawAndSeeItFollow(Group group, Participant old, long term) {
        int from = old.process().lineCount();

        old.thaw();

        assertThat(old.process().await(from, "PAUSED").text()).endsWith("HOLDS-NOT");
        assertThat(old.renew()).isFalse();
        Participant leader = group.awaitAgreement();
        assertThat(leader).isNotEqualTo(old);
        assertThat(old.process().await(from, "LOST").words()[1]).isEqualTo(Long.toString(term));
        assertThat(old.status().role()).isEqualTo("FOLLOWER");
        group.awaitProgress();
    }

    private static List<String> databases(Group group) {
        return group.files().stream()
                .filter(name -> name.startsWith("coord.") && name.endsWith(".mv.db"))
                .toList();
    }
}
