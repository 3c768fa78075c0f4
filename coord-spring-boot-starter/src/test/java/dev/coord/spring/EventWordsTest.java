package dev.coord.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.coord.LeaderChange;
import dev.coord.LeaderChangeReason;
import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.LossReason;
import dev.coord.ParticipantId;
import dev.coord.Term;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.ParticipantsChange;
import dev.coord.store.Participant;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Events print as what they say. */
class EventWordsTest {
    private final Coordinator coordinator = Coordinator.builder()
            .directory(Path.of("unused"))
            .group("reports")
            .shutdownHook(false)
            .build();
    private final LeaderInfo leader = leader("next", 8);

    private static LeaderInfo leader(String participant, long term) {
        return new LeaderInfo("reports", new ParticipantId(participant), new Term(term), 4711, "/somewhere");
    }

    private static Leadership leadership() {
        Leadership leadership = mock(Leadership.class);
        when(leadership.term()).thenReturn(new Term(7));
        return leadership;
    }

    @AfterEach
    void close() {
        coordinator.close();
    }

    @Test
    void rolesPrintTheirTerm() {
        assertThat(new BecameLeaderEvent(coordinator, leadership()))
                .hasToString("BecameLeaderEvent[group=reports, term=7]");
        assertThat(new LeadershipLostEvent(coordinator, leadership(), LossReason.STEPPED_DOWN))
                .hasToString("LeadershipLostEvent[group=reports, term=7, reason=STEPPED_DOWN]");
        assertThat(new BecameFollowerEvent(coordinator, leader))
                .hasToString("BecameFollowerEvent[group=reports, leader=next, pid=4711, term=8]");
    }

    @Test
    void aChangePrintsWhoAndWhy() {
        assertThat(new LeaderChangedEvent(
                        coordinator,
                        new LeaderChange(
                                Optional.of(leader("last", 7)),
                                leader,
                                LeaderChangeReason.RELEASED,
                                Optional.of(Duration.ofMillis(12)))))
                .hasToString("LeaderChangedEvent[group=reports, leader=next, pid=4711, term=8, reason=RELEASED,"
                        + " previous=last, withoutLeader=12 ms]");
        assertThat(new LeaderChangedEvent(
                        coordinator,
                        new LeaderChange(Optional.empty(), leader, LeaderChangeReason.FIRST_SEEN, Optional.empty())))
                .hasToString("LeaderChangedEvent[group=reports, leader=next, pid=4711, term=8, reason=FIRST_SEEN]");
    }

    @Test
    void participantsPrintHowMany() {
        Participant one = Participant.builder("reports", ParticipantId.random()).build();
        assertThat(new ParticipantsChangedEvent(
                        coordinator, new ParticipantsChange(List.of(one, one), List.of(one), List.of())))
                .hasToString("ParticipantsChangedEvent[group=reports, 2 participants, 1 joined, 0 left]");
    }
}
