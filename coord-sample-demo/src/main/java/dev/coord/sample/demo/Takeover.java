package dev.coord.sample.demo;

import java.time.Duration;
import java.util.Optional;

/** Kills a leader, and says who led next and when. For one thread. */
final class Takeover {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Fleet fleet;
    private final RoleWatch watch;
    private final Instance old;
    private final long oldTerm;
    private long killed;
    private boolean lostBefore;

    /** Of the leader that the fleet agrees on. */
    Takeover(Fleet fleet, RoleWatch watch) {
        this.fleet = fleet;
        this.watch = watch;
        this.old = fleet.leader().orElseThrow();
        this.oldTerm = fleet.role(old).orElseThrow().term();
    }

    /**
     * Kills it, waits for the next one, and prints what came of it.
     *
     * @return whether another one leads: if not, nobody does, and nobody will
     */
    boolean watch() throws InterruptedException {
        watch.say("Killing the leader with SIGKILL: " + old);
        killed = System.nanoTime();
        old.kill();
        Optional<Instance> successor = awaitSuccessor();
        if (successor.isEmpty()) {
            watch.say("Nobody took over. What the instances printed last:");
            fleet.instances().forEach(watch::printLastLines);
            return false;
        }
        report(successor.get(), fleet.role(successor.get()).orElseThrow());
        return true;
    }

    private Optional<Instance> awaitSuccessor() throws InterruptedException {
        while (System.nanoTime() - killed < RoleWatch.HANG.toNanos()
                && fleet.instances().stream().anyMatch(Instance::isAlive)) {
            Instance.Change change = watch.next(PATIENCE);
            if (change == null) {
                watch.say("Nobody leads yet, " + RoleWatch.seconds(System.nanoTime() - killed)
                        + " s after the kill: this machine is busy. Still waiting.");
            } else if (change.role().isPresent()) {
                RoleLine role = change.role().get();
                if (role.isLeader() && role.term() > oldTerm) {
                    return Optional.of(change.instance());
                }
                lostBefore |= change.instance() == old && !role.isLeader();
            }
        }
        return Optional.empty();
    }

    private void report(Instance successor, RoleLine role) throws InterruptedException {
        String who = successor + " leads in term " + role.term();
        if (role.nanos() - killed < 0) {
            watch.say("No takeover to measure: " + who + ", since before the kill. Roles had just changed again.");
            return;
        }
        boolean shown = watch.awaitHealthOfLeader(successor);
        String health = shown
                ? "; its health said so within " + millis(System.nanoTime() - killed) + " ms."
                : ". It was no longer so when its health was asked: roles have changed again.";
        watch.say("Taken over: " + who + ", " + millis(role.nanos() - killed) + " ms after the kill" + health);
        if (lostBefore) {
            watch.say("The killed one had lost its lease just before by itself, so this says little.");
        }
    }

    private static String millis(long nanos) {
        return Long.toString(Math.round(nanos / 1e6));
    }
}
