package dev.coord.store.shared;

import dev.coord.store.shared.ArmedFailpoint.Action;
import dev.coord.store.shared.SharedStoreSettings.FrozenOwner;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.Patience;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The process that is becoming owner dies or freezes at a step on the way. The others get an owner all the same, and nothing that
 * was acknowledged is lost.
 *
 * @param before what happened to the owner before
 * @param frozenOwner what is to be done about a frozen one
 */
record OwnerSteps(Fate before, FrozenOwner frozenOwner, Failpoints.Step step, Action action) {
    /** On the way to the first owner of a new directory. */
    private static final Set<Failpoints.Step> OF_THE_FIRST = EnumSet.complementOf(EnumSet.of(
            Failpoints.Step.EPOCH_TAKEN,
            Failpoints.Step.COPYING,
            Failpoints.Step.DATABASE_COPIED,
            Failpoints.Step.REPLAYING,
            Failpoints.Step.ROTATED));
    /** On the way to the next owner of the same epoch. */
    private static final Set<Failpoints.Step> OF_A_SUCCESSOR = EnumSet.of(
            Failpoints.Step.LOCKED,
            Failpoints.Step.REPLAYING,
            Failpoints.Step.OPENED,
            Failpoints.Step.SERVING,
            Failpoints.Step.JOURNALED_NOT_APPLIED,
            Failpoints.Step.CHECKPOINTED,
            Failpoints.Step.DONE_NOT_ANSWERED);
    /** On the way to the owner of the next epoch. */
    private static final Set<Failpoints.Step> OF_A_COPY = EnumSet.complementOf(EnumSet.of(Failpoints.Step.ROTATED));

    /** What happened to the owner before. */
    enum Fate {
        NONE_YET,
        KILLED,
        FROZEN
    }

    /** All that differ. */
    static Stream<OwnerSteps> all() {
        return Stream.of(FrozenOwner.values())
                .flatMap(reaction -> Stream.of(Fate.values()).flatMap(before -> all(before, reaction)))
                .filter(OwnerSteps::makesSense);
    }

    private static Stream<OwnerSteps> all(Fate before, FrozenOwner reaction) {
        Set<Failpoints.Step> steps = switch (before) {
            case NONE_YET -> OF_THE_FIRST;
            case KILLED -> OF_A_SUCCESSOR;
            case FROZEN -> reaction == FrozenOwner.COPY ? OF_A_COPY : OF_A_SUCCESSOR;
        };
        return steps.stream()
                .flatMap(step -> Stream.of(Action.DIE, Action.FREEZE)
                        .map(action -> new OwnerSteps(before, reaction, step, action)));
    }

    /** What is to be done about a frozen owner matters if there is one; and there is no next owner if it is waited for. */
    private boolean makesSense() {
        return switch (frozenOwner) {
            case COPY -> true;
            case KILL -> before == Fate.FROZEN || action == Action.FREEZE;
            case WAIT -> before != Fate.FROZEN && action == Action.FREEZE;
        };
    }

    private Duration threshold() {
        boolean frozen = before == Fate.FROZEN || (action == Action.FREEZE && frozenOwner != FrozenOwner.WAIT);
        return frozen ? FailpointStores.SHORT : Patience.LIMIT;
    }

    void check(Path root) throws IOException {
        try (var stores = new FailpointStores(root, frozenOwner, threshold())) {
            JavaProcess[] harmed = before == Fate.NONE_YET ? startArmed(stores) : startAndEndOwner(stores);
            if (action == Action.DIE) {
                harmed[0].awaitExit();
            } else {
                harmed[0].awaitFrozen();
            }
            if (frozenOwner != FrozenOwner.WAIT) {
                stores.except(harmed).forEach(stores::awaitProgress);
            }
            for (JavaProcess process : harmed) {
                if (process.isAlive()) {
                    process.thaw();
                }
            }
            stores.processes().stream().filter(JavaProcess::isAlive).forEach(stores::awaitProgress);
            stores.killAndCheck();
        }
    }

    /** Returns the process at the step. */
    private JavaProcess[] startArmed(FailpointStores stores) {
        for (int i = 0; i < 3; i++) {
            stores.launch(step, action);
        }
        return new JavaProcess[] {stores.awaitAt(step)};
    }

    /** Returns the process at the step, and the owner before. */
    private JavaProcess[] startAndEndOwner(FailpointStores stores) throws IOException {
        JavaProcess owner = stores.startThree();
        stores.arm(stores.except(owner), step, action);
        if (before == Fate.KILLED) {
            owner.close();
        } else {
            owner.freeze();
        }
        return new JavaProcess[] {stores.awaitAt(step), owner};
    }

    @Override
    public String toString() {
        return "the owner before: " + before + ", the next at " + step + ": " + action + ", frozen-owner="
                + frozenOwner;
    }
}
