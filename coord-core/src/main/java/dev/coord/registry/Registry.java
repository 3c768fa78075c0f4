package dev.coord.registry;

import dev.coord.IncompatibleVersionException;
import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.store.Participant;
import dev.coord.store.ParticipantStore;
import dev.coord.store.ProtocolVersion;
import dev.coord.time.Deadline;
import dev.coord.time.NanoClock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One participant's entry in the list of participants: written at the start, kept alive by heartbeats, removed at the end. It
 * also removes the entries of others that are dead, or gave no heartbeat for so long that they count as gone; one that was
 * frozen and comes back writes its entry again.
 */
public final class Registry {
    private static final Logger LOG = LoggerFactory.getLogger(Registry.class);

    private static final int WRITES_THAT_PROVE = 3;
    private static final Duration LONG_WRITE = Duration.ofMillis(500);

    private final ParticipantStore store;
    private volatile Participant self;
    private final Supplier<String> process;
    private final Predicate<String> knownDead;
    private final Duration expiry;
    private final NanoClock clock;
    private final InstantSource wallClock;
    private final Map<ParticipantId, Seen> seen = new HashMap<>();
    private final Object wake = new Object();
    private Role role = Role.UNKNOWN;
    private boolean roleChanged;
    private boolean ended;
    private long heartbeats;
    private int writesMissing;
    private boolean writing;
    /** The identity in the entry. */
    private volatile String written = "";

    private volatile @Nullable String refusal;

    private long writingSince;
    /** When this participant's entry was last written; meaningful once {@link #wrote}. */
    private long wroteAt;

    private boolean wrote;

    private record Seen(long heartbeats, long since) {}

    /**
     * @param self the entry; its role, heartbeats and times are set by this registry, and its attributes may be set later
     * @param knownDead whether the process with an identity, as in the entries, is proven dead
     * @param expiry after how long without a heartbeat an entry is removed
     * @param wallClock for the times in the entry, which are for people only
     */
    public Registry(
            ParticipantStore store,
            Participant self,
            Predicate<String> knownDead,
            Duration expiry,
            NanoClock clock,
            InstantSource wallClock) {
        this(store, self, self::process, knownDead, expiry, clock, wallClock);
    }

    /** @param process the identity of the process as it is now: a new session with the database gives it another one */
    public Registry(
            ParticipantStore store,
            Participant self,
            Supplier<String> process,
            Predicate<String> knownDead,
            Duration expiry,
            NanoClock clock,
            InstantSource wallClock) {
        this.store = store;
        this.process = process;
        this.knownDead = knownDead;
        this.expiry = expiry;
        this.clock = clock;
        this.wallClock = wallClock;
        this.self = self.toBuilder().started(wallClock.instant()).build();
    }

    /** What the entry says from when it is next written: before it is {@linkplain #register() registered}. */
    public void setAttributes(Map<String, String> attributes) {
        self = self.toBuilder().attributes(attributes).build();
    }

    /**
     * Writes the entry, and removes those of dead processes.
     *
     * @throws IncompatibleVersionException if others are there that this process cannot work together with; the entry is not
     */
    public void register() {
        synchronized (wake) {
            ended = false;
        }
        removeDead();
        checkVersions();
        write();
        try {
            // Another one may have begun at the same time.
            checkVersions();
        } catch (IncompatibleVersionException e) {
            deregister();
            throw e;
        }
    }

    private void checkVersions() {
        for (Participant other : store.list(self.group())) {
            Optional<String> refused = ProtocolVersion.refusal(
                    "Participant " + other.id() + " of group " + self.group() + ", process " + other.pid() + " on "
                            + other.host() + ",",
                    ProtocolVersion.of(other.attributes()));
            if (refused.isPresent()) {
                refusal = refused.get();
                throw new IncompatibleVersionException(refused.get());
            }
        }
        refusal = null;
    }

    /** Why the others do not know of this participant any more, in words; empty if nothing keeps it from its entry. */
    public Optional<String> problem() {
        return Optional.ofNullable(refusal);
    }

    /** Gives a sign of life, and writes the entry again if somebody removed it. */
    public void heartbeat() {
        if (!process.get().equals(written)) {
            write();
            return;
        }
        Role now = takeRole();
        long number = nextHeartbeat();
        boolean there = written(() -> store.heartbeat(self.group(), self.id(), number, now));
        gotThrough();
        if (!there && !isEnded()) {
            LOG.info("Group {}: {} is no longer registered, registering again", self.group(), self.id());
            checkVersions();
            write();
            if (isEnded()) {
                // It was deregistered meanwhile, perhaps before this was written.
                store.delete(self.group(), self.id());
            }
        }
    }

    /**
     * Gives a sign of life at each {@code interval}, and at once when the role changes; removes dead entries while this
     * participant leads. Returns after {@link #deregister()}. Errors are logged and tried again.
     */
    public void runHeartbeat(Duration interval) throws InterruptedException {
        while (awaitHeartbeat(interval)) {
            try {
                heartbeat();
                if (isLeader()) {
                    removeDead();
                }
            } catch (RuntimeException e) {
                LOG.debug("Group {}: no heartbeat of {}: {}", self.group(), self.id(), e.getMessage());
            }
        }
    }

    /** The store may not be able to write: a full disk takes one write and refuses the next. */
    public void doubt() {
        synchronized (wake) {
            writesMissing = WRITES_THAT_PROVE;
        }
    }

    private boolean written(BooleanSupplier write) {
        synchronized (wake) {
            writing = true;
            writingSince = clock.nanoTime();
        }
        boolean succeeded = false;
        try {
            boolean answer = write.getAsBoolean();
            succeeded = true;
            return answer;
        } finally {
            synchronized (wake) {
                writing = false;
                writesMissing = succeeded ? Math.max(0, writesMissing - 1) : WRITES_THAT_PROVE;
            }
        }
    }

    /** Whether the store writes, as far as the heartbeats tell: after a failure, or {@link #doubt}, some in a row have to succeed. */
    public boolean isWriting() {
        synchronized (wake) {
            boolean hangs = writing && clock.nanoTime() - writingSince > LONG_WRITE.toNanos();
            return writesMissing == 0 && !hangs;
        }
    }

    private boolean awaitHeartbeat(Duration interval) throws InterruptedException {
        synchronized (wake) {
            var unused = Deadline.in(interval).await(wake, () -> ended || roleChanged);
            return !ended;
        }
    }

    /** Removes the entry; heartbeats end. */
    public void deregister() {
        endHeartbeat();
        store.delete(self.group(), self.id());
    }

    /** Ends the heartbeats without removing the entry. */
    public void endHeartbeat() {
        synchronized (wake) {
            ended = true;
            wake.notifyAll();
        }
    }

    /** The role that the entry shows from the next heartbeat on, which comes at once. */
    public void setRole(Role now) {
        synchronized (wake) {
            role = now;
            roleChanged = true;
            wake.notifyAll();
        }
    }

    /** Removes the entries of this group whose processes are proven dead, or which gave no heartbeat for the expiry. */
    public void removeDead() {
        List<Participant> listed = store.list(self.group());
        forgetAllBut(listed);
        for (Participant other : listed) {
            ParticipantId id = other.id();
            if (id.equals(self.id())) {
                continue;
            }
            boolean dead = knownDead.test(other.process());
            if (dead || isExpired(other)) {
                LOG.info(
                        "Group {}: removing {}, {}",
                        self.group(),
                        id,
                        dead ? "whose process is dead" : "which gives no heartbeat");
                store.delete(self.group(), id);
            }
        }
    }

    private synchronized boolean isExpired(Participant other) {
        long now = clock.nanoTime();
        Seen before = seen.get(other.id());
        if (before == null || before.heartbeats() != other.heartbeats()) {
            seen.put(other.id(), new Seen(other.heartbeats(), now));
            return false;
        }
        return now - before.since() > expiry.toNanos();
    }

    private synchronized void forgetAllBut(List<Participant> listed) {
        seen.keySet().retainAll(listed.stream().map(Participant::id).collect(Collectors.toSet()));
    }

    private void write() {
        String identity = process.get();
        store.put(self.toBuilder()
                .process(identity)
                .role(takeRole())
                .heartbeats(nextHeartbeat())
                .lastHeartbeat(wallClock.instant())
                .build());
        written = identity;
        gotThrough();
    }

    /**
     * While nothing of this participant got through, neither did the others' heartbeats, perhaps: their silence counts from now
     * on. Heartbeats may be half an expiry apart, and then a bit late, with nothing wrong.
     */
    private synchronized void gotThrough() {
        long now = clock.nanoTime();
        if (wrote && now - wroteAt > expiry.toNanos() / 4 * 3) {
            seen.clear();
        }
        wroteAt = now;
        wrote = true;
    }

    private Role takeRole() {
        synchronized (wake) {
            roleChanged = false;
            return role;
        }
    }

    private boolean isLeader() {
        synchronized (wake) {
            return role == Role.LEADER;
        }
    }

    private boolean isEnded() {
        synchronized (wake) {
            return ended;
        }
    }

    private synchronized long nextHeartbeat() {
        heartbeats++;
        return heartbeats;
    }
}
