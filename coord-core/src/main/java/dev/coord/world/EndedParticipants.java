package dev.coord.world;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.coord.ParticipantId;
import dev.coord.cluster.ParticipantContext;
import dev.coord.registry.Liveness;
import dev.coord.store.Participant;
import dev.coord.time.NanoClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Tells which participants have ended: their process is proven dead, or they were in the list of participants and are not any more,
 * because they left, or were removed from it after they gave no sign of life for long. What this process remembers of the list may
 * be older than a participant that has just begun, so the store's own list decides.
 *
 * <p>One that was never seen in the list may not have registered yet. It has ended only if it was absent each time this was asked
 * for as long as it takes a silent participant to be removed.
 */
final class EndedParticipants implements Function<Set<ParticipantId>, Set<ParticipantId>> {
    /** Of those that were seen in the list; who is forgotten ends later. */
    private static final int MAX_SEEN = 10_000;

    private final Supplier<List<Participant>> remembered;
    private final Supplier<List<Participant>> stored;
    private final Predicate<String> knownDead;
    private final Duration expiry;
    private final NanoClock clock;
    // By weight, as the other caches: coord's jar has no more kinds of them.
    private final Cache<ParticipantId, Boolean> seen = Caffeine.newBuilder()
            .maximumWeight(MAX_SEEN)
            .weigher((ParticipantId id, Boolean there) -> 1)
            .executor(Runnable::run)
            .build();
    /** Those never seen in the list, by when they were first found absent. */
    private final Map<ParticipantId, Long> absentSince = new HashMap<>();

    private long lastLook;

    /** @param expiry how long one that was never seen must be absent */
    EndedParticipants(
            Supplier<List<Participant>> remembered,
            Supplier<List<Participant>> stored,
            Predicate<String> knownDead,
            Duration expiry,
            NanoClock clock) {
        this.remembered = remembered;
        this.stored = stored;
        this.knownDead = knownDead;
        this.expiry = expiry;
        this.clock = clock;
        this.lastLook = clock.nanoTime();
    }

    static EndedParticipants of(ParticipantContext context) {
        return new EndedParticipants(
                context.mesh().directory()::participants,
                () -> context.store().participants().list(context.group()),
                Liveness.of(context.store())::isKnownDead,
                context.participantExpiry(),
                NanoClock.system());
    }

    /** Remembers who is in the list now, so that it is noticed at once when they leave it. */
    void look() {
        saw(remembered.get());
    }

    /** Those of {@code asked} that have ended. Asks the store if it seems that there are some. */
    @Override
    public synchronized Set<ParticipantId> apply(Set<ParticipantId> asked) {
        Set<ParticipantId> candidates = asked.isEmpty() ? Set.of() : notLiving(asked, remembered.get());
        if (candidates.isEmpty()) {
            absentSince.clear();
            return Set.of();
        }
        List<Participant> listed = stored.get();
        Set<ParticipantId> absent = notLiving(candidates, listed);
        // After the list was read: what is absent in it was so until now at the earliest.
        long now = clock.nanoTime();
        if (now - lastLook > expiry.toNanos() / 2) {
            // Nobody looked meanwhile, or this process was frozen: they may have been there.
            absentSince.clear();
        }
        lastLook = now;
        absentSince.keySet().retainAll(absent);
        return absent.stream().filter(one -> hasEnded(one, now)).collect(Collectors.toSet());
    }

    private boolean hasEnded(ParticipantId absent, long now) {
        if (seen.getIfPresent(absent) != null) {
            return true;
        }
        long since = absentSince.computeIfAbsent(absent, first -> now);
        return now - since >= expiry.toNanos();
    }

    private void saw(List<Participant> listed) {
        listed.forEach(participant -> seen.put(participant.id(), true));
    }

    private Set<ParticipantId> notLiving(Set<ParticipantId> asked, List<Participant> listed) {
        saw(listed);
        Set<ParticipantId> living = listed.stream()
                .filter(participant -> asked.contains(participant.id()) && !knownDead.test(participant.process()))
                .map(Participant::id)
                .collect(Collectors.toSet());
        Set<ParticipantId> rest = new HashSet<>(asked);
        rest.removeAll(living);
        return rest;
    }
}
