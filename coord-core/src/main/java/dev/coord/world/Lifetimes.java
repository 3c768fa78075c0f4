package dev.coord.world;

import dev.coord.ParticipantId;
import dev.coord.time.NanoClock;
import dev.coord.world.Snapshot.ObjectEntry;
import dev.coord.world.WorldChange.ObjectDeleted;
import dev.coord.world.WorldChange.ObjectRenamed;
import dev.coord.world.WorldChange.ObjectSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When the objects of a world end, as a leader counts it: from when it learns of a change on, which is after the change. Knows one
 * time for each object, however often that is changed. Safe for use by many threads.
 */
final class Lifetimes {
    /** An object that ends at a time, unless it is changed before. */
    record Timed(String key, long modSeqno, long at) {}

    private final NanoClock clock;
    private final Map<String, Timed> timed = new HashMap<>();
    /** Each object once, by a time that is not after its own. */
    private final PriorityQueue<Timed> inOrder = new PriorityQueue<>((a, b) -> Long.signum(a.at() - b.at()));

    private final Map<ParticipantId, Set<String>> owned = new HashMap<>();
    private final Map<String, ParticipantId> owners = new HashMap<>();

    Lifetimes(NanoClock clock) {
        this.clock = clock;
    }

    /** Begins with {@code snapshot}; the times of what is in it begin now. */
    synchronized void begin(Snapshot snapshot) {
        for (String key : snapshot.limited()) {
            ObjectEntry entry = snapshot.object(key);
            if (entry != null) {
                put(key, entry.modSeqno(), entry.lifetime());
            }
        }
    }

    /** These were committed before this call. */
    synchronized void committed(List<LogEntry> entries) {
        for (LogEntry entry : entries) {
            for (WorldChange change : entry.changes()) {
                if (change instanceof ObjectSet set) {
                    put(set.key(), set.modSeqno(), set.lifetime());
                } else if (change instanceof ObjectRenamed renamed) {
                    remove(renamed.from());
                    put(renamed.to(), renamed.modSeqno(), renamed.lifetime());
                } else if (change instanceof ObjectDeleted deleted) {
                    remove(deleted.key());
                }
            }
        }
    }

    private void put(String key, long modSeqno, ObjectLifetime lifetime) {
        remove(key);
        lifetime.timeToLive().ifPresent(time -> {
            var due = new Timed(key, modSeqno, clock.nanoTime() + time.toNanos());
            timed.put(key, due);
            inOrder.add(due);
        });
        lifetime.owner().ifPresent(owner -> {
            owners.put(key, owner);
            owned.computeIfAbsent(owner, first -> new HashSet<>()).add(key);
        });
        if (inOrder.size() > 2 * timed.size() + 100) {
            // Most of them were changed since: begin anew with what counts.
            inOrder.clear();
            inOrder.addAll(timed.values());
        }
    }

    private void remove(String key) {
        timed.remove(key);
        ParticipantId owner = owners.remove(key);
        Set<String> keys = owner == null ? null : owned.get(owner);
        if (keys != null) {
            keys.remove(key);
            if (keys.isEmpty()) {
                owned.remove(owner);
            }
        }
    }

    /** Whether there is any object that will end. */
    synchronized boolean isEmpty() {
        return timed.isEmpty() && owned.isEmpty();
    }

    /** The objects whose time is over, the first ones first, at most {@code max}. They stay until their end is committed. */
    synchronized List<Timed> over(int max) {
        long now = clock.nanoTime();
        List<Timed> over = new ArrayList<>();
        for (Timed first = inOrder.peek(); first != null && over.size() < max; first = inOrder.peek()) {
            if (first.at() - now > 0) {
                break;
            }
            inOrder.remove();
            if (first.equals(timed.get(first.key()))) {
                over.add(first);
            }
        }
        return over;
    }

    /** It could not be ended: its time is over again after {@code nanos}, if it is still there and was not changed. */
    synchronized void postpone(Timed over, long nanos) {
        if (over.equals(timed.get(over.key()))) {
            var later = new Timed(over.key(), over.modSeqno(), clock.nanoTime() + nanos);
            timed.put(over.key(), later);
            inOrder.add(later);
        }
    }

    /** Who owns objects. */
    synchronized Set<ParticipantId> owners() {
        return Set.copyOf(owned.keySet());
    }

    /** Some keys of objects of {@code owner}. */
    synchronized List<String> ownedBy(ParticipantId owner, int max) {
        @Nullable Set<String> keys = owned.get(owner);
        return keys == null ? List.of() : keys.stream().sorted().limit(max).toList();
    }
}
