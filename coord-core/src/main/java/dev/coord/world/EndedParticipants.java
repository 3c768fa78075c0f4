package dev.coord.world;

import dev.coord.ParticipantId;
import dev.coord.cluster.ParticipantContext;
import dev.coord.registry.Liveness;
import dev.coord.store.Participant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Tells which participants have ended: their process is proven dead, or they are not in the list of participants, because they left,
 * or were removed from it after they gave no sign of life for long. What this process remembers of the list may be older than a
 * participant that has just begun, so the store's own list decides.
 */
final class EndedParticipants implements Function<Set<ParticipantId>, Set<ParticipantId>> {
    private final Supplier<List<Participant>> remembered;
    private final Supplier<List<Participant>> stored;
    private final Predicate<String> knownDead;

    EndedParticipants(
            Supplier<List<Participant>> remembered, Supplier<List<Participant>> stored, Predicate<String> knownDead) {
        this.remembered = remembered;
        this.stored = stored;
        this.knownDead = knownDead;
    }

    static EndedParticipants of(ParticipantContext context) {
        return new EndedParticipants(
                context.mesh().directory()::participants,
                () -> context.store().participants().list(context.group()),
                Liveness.of(context.store())::isKnownDead);
    }

    /** Those of {@code asked} that have ended. Asks the store if it seems that there are some. */
    @Override
    public Set<ParticipantId> apply(Set<ParticipantId> asked) {
        Set<ParticipantId> candidates = without(asked, remembered.get());
        return candidates.isEmpty() ? candidates : without(candidates, stored.get());
    }

    private Set<ParticipantId> without(Set<ParticipantId> asked, List<Participant> listed) {
        Set<ParticipantId> living = listed.stream()
                .filter(participant -> asked.contains(participant.id()) && !knownDead.test(participant.process()))
                .map(Participant::id)
                .collect(Collectors.toSet());
        Set<ParticipantId> ended = new HashSet<>(asked);
        ended.removeAll(living);
        return ended;
    }
}
