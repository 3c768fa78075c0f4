package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.LossReason;
import dev.coord.Role;
import dev.coord.Term;
import dev.coord.election.LeaseTiming;
import dev.coord.store.Lease;
import dev.coord.store.Participant;
import dev.coord.store.Store;
import dev.coord.store.shared.SharedStore;
import dev.coord.testing.FaultyLeases;
import dev.coord.testing.FaultyLeases.Fault;
import dev.coord.testing.FaultyParticipants;
import dev.coord.testing.Leases;
import dev.coord.testing.Patience;
import dev.coord.testing.TestStores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Coordinators in one JVM on one shared directory; each test has a group of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CoordinatorTestBase {
    /** Quick where something has to happen again and again, and patient where a slow machine could make it go wrong. */
    static final CoordinatorSettings SETTINGS = CoordinatorSettings.defaults()
            .withLease(new LeaseTiming(Duration.ofMillis(50), Duration.ofSeconds(40), Duration.ofSeconds(60)))
            .withParticipantExpiry(Patience.LIMIT)
            .withHeartbeatInterval(Duration.ofMillis(50))
            .withStartTimeout(Patience.LIMIT)
            .withCloseTimeout(Patience.LIMIT)
            .withHandlerGrace(Duration.ofSeconds(40));

    /** For tests of what follows when a deadline has passed: on a slow machine that may also happen unasked. */
    static final CoordinatorSettings BRISK = SETTINGS.withLease(
            new LeaseTiming(SETTINGS.lease().renewalInterval(), Duration.ofMillis(1500), Duration.ofMillis(2000)));

    /** For tests of handlers that do not end. */
    static final Duration GRACE = Duration.ofMillis(400);

    Path directory;
    Store store;
    String group;
    private final List<Member> members = new ArrayList<>();

    @BeforeAll
    void openStore(@TempDir Path temporary) {
        directory = temporary;
        store = SharedStore.open(directory, TestStores.PATIENT);
    }

    @AfterAll
    void closeStore() {
        store.close();
    }

    @BeforeEach
    void newGroup() {
        group = "group-" + UUID.randomUUID();
    }

    @AfterEach
    void closeMembers() {
        for (Member member : members) {
            // Or it would try to release the lease for as long as it may take to close.
            member.leases.faults(() -> Fault.NONE);
            member.coordinator.close();
        }
        members.clear();
    }

    /** A coordinator with all that it says and does. */
    final class Member {
        final RecordingHandler handler = new RecordingHandler();
        final FaultyLeases leases = new FaultyLeases(store.leases());
        final FaultyParticipants participants = new FaultyParticipants(store.participants());
        final List<String> events = new CopyOnWriteArrayList<>();
        final Coordinator coordinator;

        Member(CoordinatorSettings settings) {
            coordinator = Coordinator.builder()
                    .store(TestStores.with(store, leases, participants))
                    .group(group)
                    .capabilities("mail")
                    .attributes(Map.of("url", "http://localhost:8080"))
                    .settings(settings)
                    .handler(handler)
                    .build();
            coordinator.addListener(new CoordinatorListener() {
                @Override
                public void becameLeader(Leadership leadership) {
                    events.add("leader " + leadership.term());
                }

                @Override
                public void leadershipLost(Leadership leadership, LossReason reason) {
                    events.add("lost " + leadership.term() + " " + reason);
                }

                @Override
                public void becameFollower(LeaderInfo leader) {
                    events.add("follower " + leader.term());
                }
            });
            members.add(this);
        }

        Member start() {
            coordinator.start();
            return this;
        }

        Member startLeading() {
            start();
            awaitLeads();
            return this;
        }

        Member startFollowing() {
            start();
            await().until(() -> coordinator.role() == Role.FOLLOWER);
            return this;
        }

        void awaitLeads() {
            await().until(this::leads);
        }

        boolean leads() {
            return coordinator.leadership().isPresent();
        }

        long term() {
            return coordinator.leadership().orElseThrow().term().value();
        }

        Optional<Participant> record() {
            return store.participants().get(group, coordinator.id());
        }

        void awaitRecordedRole(Role role) {
            await().until(() -> record().map(Participant::role).equals(Optional.of(role)));
        }

        /** Waits until it said all that, in this order, and maybe more before, between or after. */
        void awaitEventsAmongOthers(String... expected) {
            await().untilAsserted(() -> assertThat(events).containsSubsequence(expected));
        }

        void awaitEvents(String... expected) {
            await().untilAsserted(() -> assertThat(events).containsExactly(expected));
        }
    }

    Member member() {
        return new Member(SETTINGS);
    }

    Member member(CoordinatorSettings settings) {
        return new Member(settings);
    }

    Optional<Lease> lease() {
        return store.leases().get(group);
    }

    long term() {
        return lease().map(Lease::term).orElse(Term.NONE).value();
    }

    String holder() {
        return lease().map(Leases::holderOf).orElse("");
    }

    long renewals() {
        return lease().map(Lease::renewals).orElse(0L);
    }
}
