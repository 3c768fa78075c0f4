package dev.coord.spring.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.ParticipantId;
import dev.coord.proto.LeaseClaim;
import dev.coord.proto.LeaseRecord;
import dev.coord.store.LeaseAnswer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may hold a lease in a test. */
class TestLeasesTest {
    private static final String GROUP = "jobs";

    private final TestStore store = new TestStore();
    private final TestLeases leases = store.leases();
    private final ParticipantId one = ParticipantId.random();
    private final ParticipantId other = ParticipantId.random();

    @AfterEach
    void close() {
        store.close();
    }

    private LeaseAnswer claim(ParticipantId participant) {
        return leases.claim(LeaseClaim.newBuilder()
                .setGroup(GROUP)
                .setParticipantId(participant.value())
                .setNonce(participant.value())
                .setSeenTerm(leases.get(GROUP).map(LeaseRecord::getTerm).orElse(0L))
                .build());
    }

    private String holder() {
        return leases.get(GROUP).orElseThrow().getLeaderId();
    }

    @Test
    void onlyWhoIsMeantCanClaim() {
        leases.setMeant(GROUP, one);
        assertThat(claim(other).accepted()).isFalse();
        assertThat(claim(one).accepted()).isTrue();
    }

    @Test
    void whoeverElseHoldsTheLeaseLosesIt() {
        leases.setMeant(GROUP, one);
        claim(one);
        leases.depose(GROUP, other);
        assertThat(holder()).isEmpty();
        assertThat(claim(other).accepted()).isTrue();
        assertThat(holder()).isEqualTo(other.value());
    }

    @Test
    void aLeaseThatWasGrantedToWhoIsMeantStays() {
        leases.depose(GROUP, one);
        claim(one);
        leases.depose(GROUP, one);
        assertThat(holder()).isEqualTo(one.value());
    }
}
