package dev.coord.testing;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The remote control of a {@link ParticipantMain}, or a variant of it, and what it leaves behind. */
public final class Participant implements AutoCloseable {
    private final JavaProcess process;
    private final Path heldLog;
    private final Path account;
    private boolean frozen;

    /** What a participant says of itself; term 0 and leader "-" if it knows of none. */
    public record Status(String role, long term, String leader, int participants) {}

    /** A participant began to lead; {@code nanos} is when, on the monotonic clock, for benchmarks. */
    public record NewLeader(Participant participant, long term, long nanos) {}

    Participant(
            String name,
            List<String> jvmFlags,
            Class<?> main,
            ParticipantOptions options,
            Path notes,
            boolean sampled,
            List<String> wrapper) {
        this.heldLog = notes.resolve(name + ".held");
        this.account = notes.resolve(name);
        ParticipantOptions own = sampled ? options.withHeldLog(heldLog) : options;
        this.process = wrapper.isEmpty()
                ? JavaProcess.start(name, jvmFlags, main, own.toArguments())
                : JavaProcess.startIn("true", wrapper, name, main, own.toArguments());
    }

    public JavaProcess process() {
        return process;
    }

    public String id() {
        return process.await("STARTED").words()[1];
    }

    /** The name of the lock file that it holds for life. */
    public String lifeToken() {
        return process.await("STARTED").words()[2];
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public boolean isFrozen() {
        return frozen;
    }

    /** Takes part, alive and not frozen. */
    public boolean isWell() {
        return !frozen
                && process.isAlive()
                && process.lines().stream().anyMatch(line -> line.text().startsWith("STARTED"));
    }

    public Status status() {
        String[] words = process.ask("status", "STATUS").words();
        return new Status(words[1], Long.parseLong(words[2]), words[3], Integer.parseInt(words[4]));
    }

    /** The ids in the registry. */
    public List<String> records() {
        return List.of(process.ask("records", "RECORDS").words()[1].split(",", -1));
    }

    /** Tries to renew the lease; says whether that succeeded. */
    public boolean renew() {
        return Boolean.parseBoolean(process.ask("renew", "RENEWED").words()[1]);
    }

    /** Renews the lease; returns when that was acknowledged, on the monotonic clock. */
    public long renewal() {
        return process.ask("renew", "RENEWED true").nanos();
    }

    /** How long ago it began to take part. */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - process.await("STARTED").nanos());
    }

    /** Commits something; returns when that was acknowledged, on the monotonic clock. */
    public long commit() {
        return process.ask("commit", "COMMITTED").nanos();
    }

    public void stepDown(Duration pause) {
        process.send("step-down " + pause.toMillis());
    }

    /** Puts it under load from now on. */
    public LoadAccount load(Duration pause) {
        process.send("load " + account + " " + pause.toMillis());
        return account();
    }

    public LoadAccount account() {
        return LoadAccount.open(account);
    }

    /** When it began to lead with a term after {@code term}, if it said so. */
    public Optional<NewLeader> leadsAfter(long term) {
        return process.lines().stream()
                .filter(line -> line.text().startsWith("LEADER "))
                .map(line -> new NewLeader(this, Long.parseLong(line.words()[1]), line.nanos()))
                .filter(leader -> leader.term() > term)
                .findFirst();
    }

    /** Whether it leads, as far as it has said. */
    public boolean leads() {
        return process.lines().stream()
                .map(line -> line.words()[0])
                .filter(Set.of("LEADER", "LOST")::contains)
                .reduce("", (before, last) -> last)
                .equals("LEADER");
    }

    /** The term that it last began to lead with; 0 if it never did. */
    public long lastTerm() {
        return process.lines().stream()
                .filter(line -> line.text().startsWith("LEADER "))
                .mapToLong(line -> Long.parseLong(line.words()[1]))
                .max()
                .orElse(0);
    }

    public List<HeldLog.Interval> intervals() {
        return HeldLog.open(heldLog).intervals();
    }

    public long kill() {
        return process.kill();
    }

    public long freeze() {
        frozen = true;
        return process.freeze();
    }

    /** Waits until it is frozen, which was not done from here. */
    public void awaitFrozen() {
        process.awaitFrozen();
        frozen = true;
    }

    public long thaw() {
        frozen = false;
        return process.thaw();
    }

    @Override
    public void close() {
        process.close();
    }

    @Override
    public String toString() {
        return process.name();
    }
}
