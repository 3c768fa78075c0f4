package dev.coord.store.shared;

import dev.coord.store.shared.ArmedHooks.Action;
import dev.coord.store.shared.SharedStoreSettings.FrozenHost;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.Patience;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The process that is becoming host dies or freezes at a step on the way. The others get a host all the same, and nothing that
 * was acknowledged is lost.
 *
 * @param before what happened to the host before
 * @param frozenHost what is to be done about a frozen one
 */
record HostSteps(Fate before, FrozenHost frozenHost, Hooks.Step step, Action action) {
    /** On the way to the first host of a new directory. */
    private static final Set<Hooks.Step> OF_THE_FIRST =
            EnumSet.complementOf(EnumSet.of(Hooks.Step.EPOCH_TAKEN, Hooks.Step.COPYING));
    /** On the way to the next host of the same epoch. */
    private static final Set<Hooks.Step> OF_A_SUCCESSOR =
            EnumSet.of(Hooks.Step.LOCKED, Hooks.Step.OPENED, Hooks.Step.SERVING, Hooks.Step.DONE_NOT_ANSWERED);
    /** On the way to the host of the next epoch. */
    private static final Set<Hooks.Step> OF_A_COPY = EnumSet.allOf(Hooks.Step.class);

    /** What happened to the host before. */
    enum Fate {
        NONE_YET,
        KILLED,
        FROZEN
    }

    /** All that differ. */
    static Stream<HostSteps> all() {
        return Stream.of(FrozenHost.values())
                .flatMap(reaction -> Stream.of(Fate.values()).flatMap(before -> all(before, reaction)))
                .filter(HostSteps::makesSense);
    }

    private static Stream<HostSteps> all(Fate before, FrozenHost reaction) {
        Set<Hooks.Step> steps = switch (before) {
            case NONE_YET -> OF_THE_FIRST;
            case KILLED -> OF_A_SUCCESSOR;
            case FROZEN -> reaction == FrozenHost.COPY ? OF_A_COPY : OF_A_SUCCESSOR;
        };
        return steps.stream()
                .flatMap(step -> Stream.of(Action.DIE, Action.FREEZE)
                        .map(action -> new HostSteps(before, reaction, step, action)));
    }

    /** What is to be done about a frozen host matters if there is one; and there is no next host if it is waited for. */
    private boolean makesSense() {
        return switch (frozenHost) {
            case COPY -> true;
            case KILL -> before == Fate.FROZEN || action == Action.FREEZE;
            case WAIT -> before != Fate.FROZEN && action == Action.FREEZE;
        };
    }

    private Duration threshold() {
        boolean frozen = before == Fate.FROZEN || (action == Action.FREEZE && frozenHost != FrozenHost.WAIT);
        return frozen ? HookedStores.SHORT : Patience.LIMIT;
    }

    void check(Path root) throws IOException {
        try (var stores = new HookedStores(root, frozenHost, threshold())) {
            JavaProcess[] harmed = before == Fate.NONE_YET ? startArmed(stores) : startAndEndHost(stores);
            if (action == Action.DIE) {
                harmed[0].awaitExit();
            } else {
                harmed[0].awaitFrozen();
            }
            if (frozenHost != FrozenHost.WAIT) {
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
    private JavaProcess[] startArmed(HookedStores stores) {
        for (int i = 0; i < 3; i++) {
            stores.launch(step, action);
        }
        return new JavaProcess[] {stores.awaitAt(step)};
    }

    /** Returns the process at the step, and the host before. */
    private JavaProcess[] startAndEndHost(HookedStores stores) throws IOException {
        JavaProcess host = stores.startThree();
        stores.arm(stores.except(host), step, action);
        if (before == Fate.KILLED) {
            host.close();
        } else {
            host.freeze();
        }
        return new JavaProcess[] {stores.awaitAt(step), host};
    }

    @Override
    public String toString() {
        return "the host before: " + before + ", the next at " + step + ": " + action + ", frozen-host=" + frozenHost;
    }
}
