package dev.coord.registry;

import dev.coord.Registration;
import dev.coord.store.CommitSignal;
import dev.coord.store.Participant;
import dev.coord.store.ParticipantStore;
import dev.coord.time.Deadline;
import dev.coord.work.Listeners;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The participants of a group as of the last look, in memory. It looks again when the commit signal says that participants
 * changed, and now and then for the heartbeats; waiters and listeners are told only when a participant came or went, or its pid,
 * role, address, capabilities or attributes changed.
 */
public final class ParticipantWatcher {
    private static final Logger LOG = LoggerFactory.getLogger(ParticipantWatcher.class);
    private static final Duration REFRESH = Duration.ofSeconds(2);
    private static final Duration AFTER_ERROR = Duration.ofMillis(100);

    private final ParticipantStore store;
    private final CommitSignal signal;
    private final String group;
    private final Listeners<Consumer<List<Participant>>> listeners;
    private final Object lock = new Object();
    private List<Participant> snapshot = List.of();
    private volatile boolean closed;

    public ParticipantWatcher(ParticipantStore store, CommitSignal signal, String group) {
        this.store = store;
        this.signal = signal;
        this.group = group;
        this.listeners = new Listeners<>(LOG, "the participants of group " + group);
    }

    /** The participants as of the last look, by id. Does not wait. */
    public List<Participant> participants() {
        synchronized (lock) {
            return snapshot;
        }
    }

    /** Looks at each signal until {@link #close()}. Errors of the store are tried again. */
    public void run() throws InterruptedException {
        long seen = signal.current();
        Deadline nextRefresh = Deadline.in(Duration.ZERO);
        while (true) {
            // Read before looking: what is committed after this is seen in the next round.
            long current = signal.current();
            if (closed) {
                return;
            }
            if (signal.changedSince(seen, CommitSignal.Topic.PARTICIPANTS) || nextRefresh.isOver()) {
                nextRefresh = Deadline.in(refreshed());
            }
            seen = current;
            signal.await(current, Set.of(CommitSignal.Topic.PARTICIPANTS), nextRefresh.left());
        }
    }

    private Duration refreshed() {
        try {
            refresh();
            return REFRESH;
        } catch (RuntimeException e) {
            LOG.debug("Group {}: could not list the participants: {}", group, e.getMessage());
            return AFTER_ERROR;
        }
    }

    /** Looks now. */
    public void refresh() {
        List<Participant> now = store.list(group);
        synchronized (lock) {
            boolean same = significant(now).equals(significant(snapshot));
            snapshot = List.copyOf(now);
            if (same) {
                return;
            }
            lock.notifyAll();
        }
        listeners.tell(listener -> listener.accept(now));
    }

    /** Waits until {@code match} is true of the participants, at most for {@code timeout}; empty if it did not become true. */
    public Optional<List<Participant>> awaitParticipants(Predicate<List<Participant>> match, Duration timeout)
            throws InterruptedException {
        Deadline deadline = Deadline.in(timeout);
        synchronized (lock) {
            return deadline.await(lock, () -> match.test(snapshot)) ? Optional.of(snapshot) : Optional.empty();
        }
    }

    /** Tells {@code listener} of each change, on the thread that looked. */
    public Registration addListener(Consumer<List<Participant>> listener) {
        return listeners.add(listener);
    }

    /** Ends {@link #run()}. */
    public void close() {
        closed = true;
        signal.wake(CommitSignal.Topic.PARTICIPANTS);
    }

    /** What waiters want to know: not the heartbeats. */
    private static List<Participant> significant(List<Participant> participants) {
        return participants.stream()
                .map(p -> p.toBuilder()
                        .heartbeats(0)
                        .lastHeartbeat(Instant.EPOCH)
                        .started(Instant.EPOCH)
                        .build())
                .toList();
    }
}
