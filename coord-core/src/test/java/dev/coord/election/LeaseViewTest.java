package dev.coord.election;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.ParticipantId;
import dev.coord.Term;
import dev.coord.store.Lease;
import dev.coord.store.LeaseHolder;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeaseViewTest {
    private static final ParticipantId SELF = new ParticipantId("self");
    private static final Duration THRESHOLD = Duration.ofSeconds(1);
    /** The values wrap round within the second that the tests look at. */
    private static final long SEEN = Long.MAX_VALUE - 1000;

    @ParameterizedTest(name = "row {0}, held {1}, holder dead {2}, unchanged for {3} ns: {4}")
    @CsvSource({
        // Free is free, whatever else is believed of it.
        "none, false, false, 0, FREE",
        "none, true, true, 9000000000, FREE",
        "free, false, false, 0, FREE",
        "free, true, true, 9000000000, FREE",
        // The own row.
        "self, true, false, 0, OWN",
        "self, true, true, 9000000000, OWN",
        "self, false, false, 0, LAPSED",
        "self, false, false, 9000000000, LAPSED",
        // Somebody else's.
        "other, false, false, 0, HELD",
        "other, true, false, 0, HELD",
        "other, false, false, 999999999, HELD",
        "other, false, false, 1000000000, HELD",
        "other, false, false, 1000000001, STALE",
        "other, true, false, 1000000001, STALE",
        "other, false, true, 0, HOLDER_DEAD",
        "other, false, true, 1000000001, HOLDER_DEAD"
    })
    void judges(String row, boolean held, boolean dead, long unchangedNanos, Verdict verdict) {
        var view = new LeaseView(row(row), SEEN);

        assertThat(view.judge(SELF, held, dead, SEEN + unchangedNanos, THRESHOLD))
                .isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({"FREE, true", "LAPSED, true", "HOLDER_DEAD, true", "STALE, true", "HELD, false", "OWN, false"})
    void onlySomeVerdictsAllowAClaim(Verdict verdict, boolean claimable) {
        assertThat(verdict.isClaimable()).isEqualTo(claimable);
    }

    @Test
    void agesOnlyWhileNothingChanges() {
        var view = new LeaseView(row("other"), SEEN);

        assertThat(view.after(row("other"), SEEN + 500)).isSameAs(view);
        assertThat(view.after(row("free"), SEEN + 500).since()).isEqualTo(SEEN + 500);
        assertThat(view.after(Optional.empty(), SEEN + 500).since()).isEqualTo(SEEN + 500);
    }

    @Test
    void anyRenewalMakesItYoungAgain() {
        Lease lease = row("other").orElseThrow();
        var view = new LeaseView(Optional.of(lease), SEEN);

        assertThat(view.after(Optional.of(lease.withRenewals(1)), SEEN + 1).since())
                .isEqualTo(SEEN + 1);
        assertThat(view.after(Optional.of(lease.withTerm(new Term(8))), SEEN + 2)
                        .since())
                .isEqualTo(SEEN + 2);
    }

    private static Optional<Lease> row(String row) {
        return switch (row) {
            case "none" -> Optional.empty();
            case "free" -> Optional.of(Lease.free("group", new Term(7)));
            default -> Optional.of(Lease.free("group", new Term(7)).withHolder(LeaseHolder.of(new ParticipantId(row))));
        };
    }
}
