package dev.coord.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.ParticipantId;
import dev.coord.StoreUnavailableException;
import dev.coord.Term;
import dev.coord.store.CommitSignal.Topic;
import dev.coord.store.Lease;
import dev.coord.store.LeaseClaim;
import dev.coord.store.LeaseHolder;
import dev.coord.store.LeaseRenewal;
import dev.coord.store.Participant;
import dev.coord.store.maintenance.GroupLoader;
import dev.coord.testing.Patience;
import dev.coord.testing.Postgres;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a store promises in whatever external database: signals, its session, and what it does with locks of others. */
abstract class DatabaseStoreContract {
    static final String GROUP = "group";
    static final LeaseHolder A = LeaseHolder.of(new ParticipantId("a"));
    static final LeaseHolder B = LeaseHolder.of(new ParticipantId("b"));
    private static final Duration SHORT = Duration.ofMillis(200);

    final String url;

    DatabaseStoreContract(String url) {
        this.url = url;
    }

    /** Ends the connections of others, those with a life lock or all of them. */
    abstract void endConnections(boolean all);

    /** How many connections of others there are. */
    abstract long connections();

    /** How many transactions of others wait for a lock. */
    abstract long waiting();

    final DatabaseSettings settings() {
        return Postgres.patient(url);
    }

    final DatabaseStore open() {
        return DatabaseStore.open(settings());
    }

    static void awaitSession(DatabaseStore store) {
        await().until(() -> !store.lifeToken().isEmpty());
    }

    @Test
    void othersHearOfCommitsButNotOfRenewals() throws Exception {
        DatabaseSettings quick = settings().withPollInterval(Duration.ofMillis(10));
        try (var one = DatabaseStore.open(quick);
                var other = DatabaseStore.open(quick)) {
            awaitSession(one);
            awaitSession(other);
            await("what the start told").until(() -> other.signal().current() >= 2);

            long seen = other.signal().current();
            assertThat(one.leases().claim(LeaseClaim.first(GROUP, A, "nonce")).accepted())
                    .isTrue();
            other.signal().await(seen, Set.of(Topic.LEASE), Patience.LIMIT);
            assertThat(other.signal().changedSince(seen, Topic.LEASE)).isTrue();
            assertThat(other.signal().changedSince(seen, Topic.HEAD)).isFalse();

            long claimed = other.signal().current();
            assertThat(one.leases()
                            .renew(new LeaseRenewal(GROUP, A.id(), new Term(1), 1, Duration.ZERO))
                            .accepted())
                    .isTrue();
            one.participants().put(Participant.builder(GROUP, A.id()).build());
            other.signal().await(claimed, Set.of(Topic.PARTICIPANTS), Patience.LIMIT);
            assertThat(other.signal().changedSince(claimed, Topic.PARTICIPANTS)).isTrue();
            assertThat(other.signal().changedSince(claimed, Topic.LEASE))
                    .as("a renewal before it was told")
                    .isFalse();

            long put = other.signal().current();
            one.leases().delete(GROUP);
            other.signal().await(put, Set.of(Topic.LEASE), Patience.LIMIT);
            assertThat(other.signal().changedSince(put, Topic.LEASE))
                    .as("a release")
                    .isTrue();
        }
    }

    @Test
    void theLifeLockIsHeldWhileTheProcessLives() {
        try (var other = open()) {
            String token;
            try (var store = open()) {
                awaitSession(store);
                token = store.lifeToken();
                assertThat(other.isSessionOver(token)).isFalse();
                assertThat(store.isSessionOver(token)).isFalse();
            }
            await().until(() -> other.isSessionOver(token));
            assertThat(other.isProvenDead(token)).as("its process lives").isFalse();
        }
    }

    @Test
    void whatIsNoTokenIsNoSessionThatIsOver() {
        try (var store = open()) {
            awaitSession(store);
            String own = store.lifeToken();
            for (String text : List.of(
                    "",
                    "pg-",
                    "pg-1",
                    "rubbish",
                    "pg-00000000000000zz",
                    "process-1.lock",
                    own.substring(0, own.length() - 1),
                    own.startsWith("pg-") ? "my-" + own.substring(3) : "pg-0000000000000000")) {
                assertThat(store.isSessionOver(text)).as(text).isFalse();
            }
        }
    }

    @Test
    void theEndOfASessionIsToldBeforeThereIsAnotherOne() {
        try (var store = open()) {
            awaitSession(store);
            await("the session alone").until(() -> connections() == 1);
            String first = store.lifeToken();
            List<String> tokens = Collections.synchronizedList(new ArrayList<>());
            store.onSessionEnded(() -> tokens.add(store.lifeToken()));

            endConnections(false);

            await().until(() ->
                    !store.lifeToken().isEmpty() && !store.lifeToken().equals(first));
            assertThat(tokens).containsExactly("");
            assertThat(store.isSessionOver(first)).isTrue();
            assertThat(store.problems()).isEmpty();
        }
        await("no connection is left").until(() -> connections() == 0);
    }

    @Test
    void connectionsThatWereCutAreReplaced() {
        try (var store = open()) {
            awaitSession(store);
            store.leases().put(Lease.free(GROUP, new Term(7)));

            endConnections(true);

            await().ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                    .until(() -> store.leases().get(GROUP).isPresent());
            awaitSession(store);
            await("no more connections than before").until(() -> connections() == 1);
        }
    }

    @Test
    void aLockedRowMakesNobodyWaitForEver() throws Exception {
        try (var store = DatabaseStore.open(settings().withTimeouts(SHORT, Patience.LIMIT))) {
            LockedLease.assertNotWaitedFor(
                    store, url, () -> await("nobody waits on the server").until(() -> waiting() == 0));
        }
    }

    /** Whom a tool judges stays the holder until the tool is done, or has left everything as it was. */
    @Test
    void theHolderOfALeaseIsJudgedWhileNobodyElseCanTakeIt() {
        try (var store = open();
                var quick = DatabaseStore.open(settings().withTimeouts(SHORT, Patience.LIMIT))) {
            store.leases().put(Lease.free(GROUP, new Term(7)).withHolder(A));
            var database = new ExternalDatabase(settings());
            LeaseClaim claim = LeaseClaim.first(GROUP, B, "nonce").withSeen(new Term(7), 0);

            assertThatThrownBy(() -> database.fill(target -> loader(target).beginAnew(holder -> {
                        assertThat(holder.id()).isEqualTo(A.id());
                        assertThatThrownBy(() -> quick.leases().claim(claim))
                                .isInstanceOf(StoreUnavailableException.class);
                        throw new IllegalStateException("it lives");
                    })))
                    .hasMessage("it lives");
            assertThat(holder(store)).contains(A.id());

            database.fill(target -> loader(target).beginAnew(holder -> {}));
            assertThat(holder(store)).isEmpty();
        }
    }

    private static GroupLoader loader(JdbcStore target) {
        return new GroupLoader(target, GROUP, InstantSource.system());
    }

    private static Optional<ParticipantId> holder(DatabaseStore store) {
        return store.leases().get(GROUP).orElseThrow().holder().map(LeaseHolder::id);
    }
}
