package dev.coord.registry;

import dev.coord.store.Store;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Proof of a process's death. It survives that pids are used again, that each container has a pid 1, and that processes of other
 * users may be hidden; a doubt means alive (L3).
 *
 * <p>Two sources must not contradict each other: the kernel's list of processes, where the pid means the same here and there,
 * and the store's proof, a lock that the kernel frees. Only the list can say "alive"; either can say "dead". From another machine
 * three signs together are a proof: the process's session with the database is over, the connection that others had to it broke
 * without a farewell, and its kernel refuses another one.
 */
public final class Liveness {
    private enum Listed {
        ALIVE,
        DEAD,
        DOUBTFUL
    }

    private final ProcessIdentity self;
    private final Supplier<String> lifeToken;
    private final BiPredicate<String, String> provenDead;

    /** @param provenDead the store's proof of death for a life token */
    Liveness(ProcessIdentity self, Predicate<String> provenDead) {
        this(self, self::lifeToken, (process, token) -> provenDead.test(token));
    }

    private Liveness(ProcessIdentity self, Supplier<String> lifeToken, BiPredicate<String, String> provenDead) {
        this.self = self;
        this.lifeToken = lifeToken;
        this.provenDead = provenDead;
    }

    /** Proof by the kernel's list of processes and by {@code store}, and by no connections. */
    public static Liveness of(Store store) {
        return of(store, process -> false);
    }

    /**
     * Proof by the kernel's list of processes and by {@code store}.
     *
     * @param gone whether the connection to the process with this identity broke without a farewell, and its kernel refuses
     *     another one
     */
    public static Liveness of(Store store, Predicate<String> gone) {
        return new Liveness(
                ProcessIdentity.current(""),
                store::lifeToken,
                (process, token) -> store.isProvenDead(token) || (gone.test(process) && store.isSessionOver(token)));
    }

    /** This process, as others may judge it from now on: the life token may be another one later. */
    public ProcessIdentity self() {
        return self.withLifeToken(lifeToken.get());
    }

    /** Whether the process with this identity, as {@link ProcessIdentity} writes it, is proven dead. */
    public boolean isKnownDead(String process) {
        Optional<ProcessIdentity> identity = ProcessIdentity.parse(process);
        if (identity.isEmpty()) {
            return false;
        }
        return switch (listed(identity.get())) {
            case ALIVE -> false;
            case DEAD -> true;
            case DOUBTFUL ->
                !identity.get().lifeToken().isEmpty()
                        && provenDead.test(process, identity.get().lifeToken());
        };
    }

    private Listed listed(ProcessIdentity process) {
        if (!process.sharesPidsWith(self) || process.start() == 0) {
            return Listed.DOUBTFUL;
        }
        Optional<ProcStat> stat = ProcStat.read(process.pid());
        if (stat.isEmpty()) {
            // It may be hidden, or reading may have failed for a reason of our own.
            return ProcStat.isMissing(process.pid()) && ProcStat.showsEveryProcess() ? Listed.DEAD : Listed.DOUBTFUL;
        }
        if (stat.get().start() != process.start()) {
            return Listed.DEAD;
        }
        // It is on its way out, but the kernel may not yet have closed its files.
        return stat.get().isEnding() ? Listed.DOUBTFUL : Listed.ALIVE;
    }
}
