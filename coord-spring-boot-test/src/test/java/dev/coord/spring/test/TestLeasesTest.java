package dev.coord.spring.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.ParticipantId;
import dev.coord.Term;
import dev.coord.store.Lease;
import dev.coord.store.LeaseAnswer;
import dev.coord.store.LeaseClaim;
import dev.coord.store.LeaseHolder;
import java.util.Optional;
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
        return leases.claim(LeaseClaim.first(GROUP, LeaseHolder.of(participant), participant.value())
                .withSeen(leases.get(GROUP).map(Lease::term).orElse(Term.NONE), 0));
    }

    private Optional<ParticipantId> holder() {
        return leases.get(GROUP).flatMap(Lease::holder).map(LeaseHolder::id);
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
        assertThat(holder()).contains(other);
    }

    @Test
    void aLeaseThatWasGrantedToWhoIsMeantStays() {
        leases.depose(GROUP, one);
        claim(one);
        leases.depose(GROUP, one);
        assertThat(holder()).contains(one);
    }
}
