package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.ParticipantId;
import dev.coord.store.Participant;
import dev.coord.time.SettableNanoClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who leads when the leader does not know an operation. */
class OtherVersionsTest {
    private static final ParticipantId SELF = new ParticipantId("self");
    private static final ParticipantId NEW = new ParticipantId("new");

    private final SettableNanoClock clock = new SettableNanoClock();
    private final List<Participant> participants = new ArrayList<>(List.of(participant("self", "a", "b")));
    private final List<Duration> steppedDown = new ArrayList<>();
    private final OtherVersions versions =
            new OtherVersions(SELF, Set.of("a", "b"), () -> participants, "dead"::equals, steppedDown::add, clock);

    private static Participant participant(String id, String... types) {
        return Participant.builder("group", new ParticipantId(id))
                .attributes(PublishedOperations.attributes(List.of(types)))
                .process(id)
                .build();
    }

    @Test
    void whatNobodyKnowsIsRefused() {
        participants.add(participant("other", "a", "b", "c"));

        assertThat(versions.successor("d")).isEmpty();
        assertThat(versions.refusal("d")).hasMessageContaining("'d'").hasMessageContaining("Register it");
    }

    @Test
    void whatIsKnownHereAndWasSentAsSomethingElseIsRefused() {
        participants.add(participant("other", "a", "b", "c"));

        assertThat(versions.successor("a")).isEmpty();
        assertThat(versions.refusal("a")).hasMessageContaining("'a'").hasMessageContaining("Register it");
    }

    @Test
    void whoKnowsItAndAllThatTheLeaderKnowsLeads() {
        participants.add(participant("less", "a", "c"));
        assertThat(versions.successor("c")).isEmpty();
        assertThat(versions.refusal("c"))
                .hasMessageContaining("less")
                .hasMessageContaining("[b]")
                .hasMessageContaining("one version later");
        participants.add(participant("dead", "a", "b", "c"));
        assertThat(versions.successor("c")).isEmpty();
        participants.add(participant("new", "a", "b", "c"));
        assertThat(versions.successor("c")).contains(NEW);
    }

    @Test
    void oneThatDoesNotLeadIsNotTriedAgain() {
        participants.add(participant("new", "a", "b", "c"));
        versions.handOver("c", NEW);
        assertThat(versions.successor("c")).as("it may still come").contains(NEW);
        versions.handOver("c", NEW);
        assertThat(steppedDown).hasSize(1);
        clock.tickMillis(10_000);
        assertThat(versions.successor("c")).isEmpty();
        assertThat(versions.refusal("c")).hasMessageContaining("new").hasMessageContaining("did not lead");
    }

    @Test
    void oneThatHasLedSinceIsTriedAgain() {
        participants.add(participant("new", "a", "b", "c"));
        versions.handOver("c", NEW);
        versions.leads(NEW);
        clock.tickMillis(10_000);
        assertThat(versions.successor("c")).contains(NEW);
        versions.handOver("c", NEW);
        assertThat(steppedDown).hasSize(2);
    }

    @Test
    void typesArePublishedWhateverTheirCharacters() {
        Set<String> types = IntStream.range(0, 100)
                .mapToObj(i -> "flags/set,100%-" + i + "-\u00e9\n=")
                .collect(Collectors.toSet());
        Map<String, String> attributes = PublishedOperations.attributes(types);

        assertThat(PublishedOperations.types(attributes)).isEqualTo(types);
        assertThat(attributes).hasSizeGreaterThan(1);
        assertThat(PublishedOperations.attributes(List.of())).isEmpty();
        assertThat(PublishedOperations.types(Map.of())).isEmpty();
    }

    @Test
    void whatDoesNotFitIsNotPublished() {
        Set<String> types = IntStream.range(0, 1000).mapToObj(i -> "type-" + i).collect(Collectors.toSet());
        types.add("x".repeat(600));
        Map<String, String> attributes = PublishedOperations.attributes(types);

        assertThat(attributes)
                .hasSize(8)
                .allSatisfy((key, value) -> assertThat(value).hasSizeLessThanOrEqualTo(500));
        assertThat(types).containsAll(PublishedOperations.types(attributes));
    }
}
