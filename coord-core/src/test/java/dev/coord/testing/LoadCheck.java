package dev.coord.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.ParticipantId;
import dev.coord.Term;
import dev.coord.store.Lease;
import dev.coord.store.Participant;
import dev.coord.store.Store;
import dev.coord.testing.Load.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What must be in the store after a {@link Load}, whatever happened to its workers and to the owners: all that was acknowledged,
 * and nothing that was never submitted.
 */
public final class LoadCheck {
    private LoadCheck() {}

    /** Checks the store against what the workers accounted for; returns how many steps were acknowledged. */
    public static long check(Store store, List<LoadAccount> accounts) {
        Set<String> stored = new HashSet<>();
        store.participants()
                .list(Load.RECORDS)
                .forEach(record -> stored.add(record.id().value()));
        Set<String> maybe = new HashSet<>();
        List<String> missing = new ArrayList<>();
        long acknowledged = 0;
        for (LoadAccount account : accounts) {
            assertThat(account.wrong())
                    .as("first step of %s with a wrong answer", account.worker())
                    .isZero();
            for (long n = 1; n <= Load.count(Kind.PUT, account.submitted()); n++) {
                String record = Load.record(account.worker(), n);
                maybe.add(record);
                if (n <= Load.count(Kind.PUT, account.acknowledged()) && !stored.contains(record)) {
                    missing.add(record);
                }
            }
            checkCounter(store, account);
            checkLease(store, account);
            acknowledged += account.acknowledged();
        }
        assertThat(missing).as("acknowledged, and not there").isEmpty();
        stored.removeAll(maybe);
        assertThat(stored).as("there, and never submitted").isEmpty();
        return acknowledged;
    }

    private static void checkCounter(Store store, LoadAccount account) {
        long counter = store.participants()
                .get(Load.COUNTERS, new ParticipantId(account.worker()))
                .map(Participant::heartbeats)
                .orElse(0L);
        assertThat(counter)
                .as("counter of %s", account)
                .isBetween(Load.count(Kind.COUNT, account.acknowledged()), Load.count(Kind.COUNT, account.submitted()));
    }

    private static void checkLease(Store store, LoadAccount account) {
        String group = Load.leaseGroup(account.worker());
        Lease lease = store.leases().get(group).orElse(Lease.free(group, Term.NONE));
        assertThat(lease.term().value())
                .as("term of the lease of %s", account)
                .isBetween(Load.count(Kind.CLAIM, account.acknowledged()), Load.count(Kind.CLAIM, account.submitted()));
        assertThat(lease.renewals())
                .as("renewals of the lease of %s", account)
                .isBetween(Load.count(Kind.RENEW, account.acknowledged()), Load.count(Kind.RENEW, account.submitted()));
    }
}
