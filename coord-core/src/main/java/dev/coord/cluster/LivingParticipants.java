package dev.coord.cluster;

import dev.coord.ParticipantId;
import dev.coord.registry.ParticipantWatcher;
import dev.coord.store.Participant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Tells listeners which participants came and went. Safe for use by many threads. */
final class LivingParticipants {
    private final ParticipantId self;
    private final ParticipantWatcher watcher;
    private final Predicate<String> knownDead;
    private final EventDispatcher events;
    private Map<ParticipantId, Participant> told = Map.of();

    LivingParticipants(
            ParticipantId self, ParticipantWatcher watcher, Predicate<String> knownDead, EventDispatcher events) {
        this.self = self;
        this.watcher = watcher;
        this.knownDead = knownDead;
        this.events = events;
    }

    /** Looks who lives now. Under one lock, so that what is told is in order. */
    synchronized void look() {
        Map<ParticipantId, Participant> living = new TreeMap<>(Comparator.comparing(ParticipantId::value));
        Participant own = told.get(self);
        if (own != null) {
            // Also while somebody has purged its record, which it is about to write again.
            living.put(self, own);
        }
        for (Participant participant : watcher.participants()) {
            if (!knownDead.test(participant.process())) {
                living.put(participant.id(), participant);
            }
        }
        List<Participant> joined = without(living, told);
        List<Participant> left = without(told, living);
        told = living;
        if (!joined.isEmpty() || !left.isEmpty()) {
            var change = new ParticipantsChange(List.copyOf(living.values()), joined, left);
            events.publish(listener -> listener.participantsChanged(change));
        }
    }

    private static List<Participant> without(
            Map<ParticipantId, Participant> those, Map<ParticipantId, Participant> others) {
        return those.values().stream()
                .filter(participant -> !others.containsKey(participant.id()))
                .toList();
    }
}
