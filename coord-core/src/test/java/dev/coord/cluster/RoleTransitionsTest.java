package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.coord.LeaderChange;
import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.LossReason;
import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.Term;
import dev.coord.cluster.HandlerRunnerTest.FakeLeadership;
import dev.coord.cluster.RoleTransitions.Phase;
import dev.coord.election.Observation;
import dev.coord.election.Verdict;
import dev.coord.store.Lease;
import dev.coord.store.LeaseHolder;
import dev.coord.time.Deadline;
import dev.coord.time.SettableNanoClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** State, event, state after it; and who is told what, in which order. */
class RoleTransitionsTest {
    private static final Deadline NOW = Deadline.in(Duration.ZERO);

    private final Logger log = (Logger) LoggerFactory.getLogger(RoleChangeLog.class);
    private final SettableNanoClock clock = new SettableNanoClock();
    private final List<String> told = new ArrayList<>();
    private final RoleHistory history = new RoleHistory(clock, this::noteHistory);
    private final RoleState state = new RoleState();
    private final AppenderBase<ILoggingEvent> lines = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent line) {
            note("log");
        }
    };
    private String failing = "";
    private final RoleTransitions roles = new RoleTransitions(new RoleTransitions.Told(
            history,
            state,
            new RoleTransitions.Handler() {
                @Override
                public void lead(Leadership leadership) {
                    note("handler leads " + leadership.term());
                }

                @Override
                public void follow(LeaderInfo leader) {
                    note("handler follows " + leader.participant());
                }

                @Override
                public void stop() {
                    note("handler stops");
                }
            },
            role -> note("registry " + role),
            new RoleChangeLog("group", new ParticipantId("self")),
            event -> event.accept(new CoordinatorListener() {
                @Override
                public void becameLeader(Leadership leadership) {
                    note("event leader " + leadership.term());
                }

                @Override
                public void leadershipLost(Leadership leadership, LossReason reason) {
                    note("event lost " + leadership.term() + " " + reason);
                }

                @Override
                public void becameFollower(LeaderInfo leader) {
                    note("event follower " + leader.participant());
                }

                @Override
                public void leaderChanged(LeaderChange change) {
                    note("event changed " + change.leader().participant());
                }
            })));

    RoleTransitionsTest() {
        lines.start();
        log.addAppender(lines);
        var unused = state.onChange(() -> note("state " + state.role()
                + state.leader().map(leader -> " " + leader.participant()).orElse("")));
    }

    @AfterEach
    void removeAppender() {
        log.detachAppender(lines);
    }

    private Instant noteHistory() {
        note("history");
        return Instant.EPOCH;
    }

    private void note(String what) {
        told.add(what);
        if (what.equals(failing)) {
            throw new IllegalStateException(what + " fails");
        }
    }

    private void event(String event) {
        switch (event) {
            case "sees a" -> sees(Verdict.HELD, "a");
            case "sees b" -> sees(Verdict.HELD, "b");
            case "sees a stale" -> sees(Verdict.STALE, "a");
            case "sees nobody" -> sees(Verdict.FREE, "");
            case "claims" -> roles.claims();
            case "leads" ->
                roles.leads(new FakeLeadership(3), leader("self"), seen(Verdict.FREE, ""), "the lease was free");
            case "gives up" -> roles.lost(new FakeLeadership(3), LossReason.STEPPED_DOWN, Optional.empty());
            case "loses" -> roles.lost(new FakeLeadership(3), LossReason.DEPOSED, Optional.of("it was slow"));
            case "rests" -> roles.rests();
            default -> throw new IllegalArgumentException(event);
        }
    }

    private void sees(Verdict verdict, String holder) {
        roles.observed(seen(verdict, holder), before -> false);
    }

    private static Observation seen(Verdict verdict, String holder) {
        Lease free = Lease.free("group", new Term(2));
        Lease lease = holder.isEmpty() ? free : free.withHolder(LeaseHolder.of(new ParticipantId(holder)));
        return new Observation(Optional.of(lease), verdict, Duration.ZERO, Duration.ofSeconds(1));
    }

    private static LeaderInfo leader(String id) {
        return new LeaderInfo("group", new ParticipantId(id), new Term(2), 0, "");
    }

    /** What happened before, separated by commas. */
    private void given(String events) {
        for (String event : events.split(", ", -1)) {
            if (!event.isEmpty()) {
                event(event);
            }
        }
        told.clear();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "''                             | sees a       | history, state FOLLOWER a, handler follows a, registry FOLLOWER,"
                        + " log, event follower a, event changed a",
                "''                             | sees a stale | history, state FOLLOWER a, handler follows a, registry FOLLOWER,"
                        + " log, event follower a, event changed a",
                "''                             | sees nobody  | ''",
                "''                             | claims       | ''",
                "sees a                         | sees a       | ''",
                "sees a                         | sees a stale | ''",
                "sees a                         | sees nobody  | state FOLLOWER",
                "sees a                         | sees b       | history, state FOLLOWER b, handler follows b, registry FOLLOWER,"
                        + " log, event follower b, event changed b",
                "sees a, sees nobody            | sees nobody  | ''",
                "sees a, sees nobody            | sees a       | history, state FOLLOWER a, handler follows a, registry FOLLOWER,"
                        + " log, event follower a, event changed a",
                "sees a, claims                 | rests        | ''",
                "sees a, claims                 | leads        | history, state LEADER self, handler leads 3, registry LEADER, log,"
                        + " event leader 3, event changed self",
                "claims                         | gives up     | log",
                "claims                         | loses        | log",
                "claims, leads                  | gives up     | history, state UNKNOWN, handler stops, registry UNKNOWN, log,"
                        + " event lost 3 STEPPED_DOWN",
                "claims, leads                  | loses        | history, state UNKNOWN, handler stops, registry UNKNOWN, log,"
                        + " event lost 3 DEPOSED",
                "claims, leads, loses           | rests        | ''",
                "claims, leads, loses, rests    | sees b       | history, state FOLLOWER b, handler follows b, registry FOLLOWER,"
                        + " log, event follower b, event changed b",
                "claims, gives up, rests        | claims       | ''",
            })
    void tellsEachInItsTurn(String before, String event, String expected) {
        given(before);

        event(event);

        assertThat(String.join(", ", told)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "RESTS, leads",
        "RESTS, gives up",
        "CLAIMS, sees a",
        "CLAIMS, claims",
        "LEADS, sees a",
        "LEADS, sees nobody",
        "LEADS, claims",
        "LEADS, leads",
        "LEADS, rests",
        "ENDS, sees a",
        "ENDS, claims",
        "ENDS, leads",
        "ENDS, loses"
    })
    void refusesWhatCannotHappen(Phase phase, String event) {
        given(
                switch (phase) {
                    case RESTS -> "";
                    case CLAIMS -> "claims";
                    case LEADS -> "claims, leads";
                    case ENDS -> "claims, leads, loses";
                });

        assertThatThrownBy(() -> event(event))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(phase.name().toLowerCase(Locale.ROOT));
        assertThat(told).isEmpty();
    }

    @Test
    void whoIsToldOfABeginningIsToldOfTheEndThoughSomethingFailsInBetween() {
        given("claims");

        failing = "registry LEADER";
        assertThatThrownBy(() -> event("leads")).hasMessage("registry LEADER fails");
        assertThat(roles.isLeading()).isTrue();
        failing = "history";
        assertThatThrownBy(() -> event("loses")).hasMessage("history fails");

        assertThat(told).contains("handler leads 3", "event leader 3", "handler stops", "event lost 3 DEPOSED");
        assertThat(roles.isLeading()).isFalse();
        assertThat(state.role()).isEqualTo(Role.UNKNOWN);
    }

    @Test
    void whoHandsOverWaitsFromTheClaimUntilTheLeaseIsGivenUp() throws InterruptedException {
        assertThat(roles.awaitRest(NOW)).isTrue();
        for (String event : List.of("claims", "leads", "loses")) {
            event(event);
            assertThat(roles.awaitRest(NOW)).as(event).isFalse();
        }

        event("rests");

        assertThat(roles.awaitRest(NOW)).isTrue();
    }

    @Test
    void whoIsClosedHasNoRole() {
        given("sees a");

        roles.closed();

        assertThat(told).containsExactly("state UNKNOWN");
    }
}
