package dev.coord.cli;

import dev.coord.store.Lease;
import dev.coord.store.LeaseAnswer;
import dev.coord.store.LeaseHolder;
import dev.coord.store.LeaseRelease;
import dev.coord.store.LeaseStore;
import dev.coord.store.Store;
import dev.coord.store.shared.DatabaseDirectory;
import dev.coord.store.shared.SharedStore;
import dev.coord.store.shared.SharedStoreSettings;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Gives a lease free. */
@Command(
        name = "reset",
        description = {
            "Gives the lease of a group free, whoever holds it, so that the next participant can lead. The term stays,"
                    + " and the next leader has a higher one.",
            "It is hardly ever needed: who dies is replaced at once, and who is frozen when its lease is stale. A"
                    + " holder that lives learns of it with its next renewal. Until then two may believe that they lead,"
                    + " and what is not fenced by the term may be done twice. What is committed to the world is fenced.",
        })
final class ResetCommand extends StoreCommand.First {
    @Option(names = "--group", required = true, paramLabel = "GROUP", description = "The group.")
    @SuppressWarnings("NullAway.Init")
    private String group;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    /** What it says: who held the lease. */
    record Report(
            String directory,
            String group,
            long term,
            @Nullable String holder,
            boolean reset) {}

    @Override
    public Integer call() throws IOException {
        StorePlace place = place();
        if (place instanceof StorePlace.InDatabase in) {
            Lease lease;
            try (Store store = place.read()) {
                lease = find(store.leases());
            }
            reset(place, lease, held -> in.database().fill(store -> release(store, held)));
            return ExitCode.DONE;
        }
        DatabaseDirectory directory = ((StorePlace.InDirectory) place).directory();
        boolean inUse = directory.isInUse();
        if (!inUse && !directory.hasDatabase()) {
            throw new RefusedException(directory.path() + " has no database");
        }
        // The one thing that takes an owner: if there is none, this process is it until the lease is free.
        try (Store store = inUse
                ? directory.connect(timeout())
                : SharedStore.open(
                        directory.path(), SharedStoreSettings.defaults().withCallTimeout(timeout()))) {
            reset(place, find(store.leases()), held -> release(store.leases(), held));
            return ExitCode.DONE;
        }
    }

    private Lease find(LeaseStore leases) {
        return leases.get(group)
                .orElseThrow(() -> new RefusedException(
                        "Group " + group + " never had a leader; the groups are " + leases.groups()));
    }

    /** Whoever holds it by now is not the one that was judged. */
    private void release(LeaseStore leases, LeaseRelease held) {
        LeaseAnswer answer = leases.release(held);
        if (!answer.accepted()) {
            throw new RefusedException("The lease of group " + group + " is not held by "
                    + held.participant().value() + " with the term " + held.term()
                    + " any more, and nothing was changed: see with coord status who leads now");
        }
    }

    private void reset(StorePlace place, Lease lease, Consumer<LeaseRelease> free) throws IOException {
        Optional<LeaseHolder> holder = lease.holder();
        String who = holder.map(leader -> leader.id().value() + ", process " + leader.pid())
                .orElse(null);
        if (holder.isPresent()
                && !yes
                && !Main.confirm(
                        err(),
                        System.in,
                        "The lease of group " + group + " is held by " + who + ", term " + lease.term()
                                + ". If it lives, two may believe that they lead until its next renewal. Give it"
                                + " free?")) {
            throw new RefusedException("Not confirmed: the lease stays as it is. --yes does not ask");
        }
        holder.ifPresent(leader -> free.accept(new LeaseRelease(group, leader.id(), lease.term())));
        var report = new Report(place.text(), group, lease.term().value(), who, holder.isPresent());
        Output.print(
                out(),
                isJson(),
                report,
                List.of(
                        holder.isPresent()
                                ? "The lease of group " + group + ", held by " + who + ", is free; the next term is "
                                        + (lease.term().value() + 1)
                                : "The lease of group " + group + " was free already, after term " + lease.term()));
    }
}
