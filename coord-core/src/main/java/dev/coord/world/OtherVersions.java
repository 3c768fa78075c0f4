package dev.coord.world;

import dev.coord.ParticipantId;
import dev.coord.store.Participant;
import dev.coord.time.NanoClock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of operations that a leader does not know: while an application is updated, participants of another version may know
 * them. Leadership goes to one that knows them, and all that this one knows, so that it never goes back and forth. Safe for use
 * by many threads.
 */
final class OtherVersions {
    private static final Logger LOG = LoggerFactory.getLogger(OtherVersions.class);
    /** For so long others of this version may lead, and hand over in their turn, before this participant stands again. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final ParticipantId self;
    private final Set<String> own;
    private final Supplier<List<Participant>> participants;
    private final Predicate<String> knownDead;
    private final Consumer<Duration> stepDown;
    private final NanoClock clock;
    /** To whom this participant handed over, and when. */
    private final Map<ParticipantId, Long> handedOver = new HashMap<>();

    /**
     * @param types those that are known here
     * @param participants who takes part
     * @param knownDead whether a process is dead
     * @param stepDown gives the leadership up, and does not stand for a time
     */
    OtherVersions(
            ParticipantId self,
            Collection<String> types,
            Supplier<List<Participant>> participants,
            Predicate<String> knownDead,
            Consumer<Duration> stepDown,
            NanoClock clock) {
        this.self = self;
        // As the others see it: what does not fit there counts for nobody.
        this.own = PublishedOperations.types(PublishedOperations.fitting(types));
        this.participants = participants;
        this.knownDead = knownDead;
        this.stepDown = stepDown;
        this.clock = clock;
    }

    /** Who can apply operations of {@code type}, and all that can be applied here. */
    Optional<ParticipantId> successor(String type) {
        return knowing(type).stream()
                .filter(other -> PublishedOperations.types(other.attributes()).containsAll(own))
                .map(Participant::id)
                .filter(other -> !hadItsChance(other))
                .findFirst();
    }

    /** One that does not lead though it may cannot, for whatever reason, and trying again would cost the group its leader. */
    private synchronized boolean hadItsChance(ParticipantId other) {
        Long when = handedOver.get(other);
        return when != null && clock.nanoTime() - when >= PAUSE.toNanos();
    }

    /** {@code other} leads, so it can. */
    synchronized void leads(ParticipantId other) {
        handedOver.remove(other);
    }

    /** Why operations of {@code type} are refused for good. */
    UnknownOperationException refusal(String type) {
        Optional<Participant> other = knowing(type).stream().findFirst();
        if (other.isEmpty()) {
            return new UnknownOperationException(type);
        }
        Set<String> lacking = new TreeSet<>(own);
        lacking.removeAll(PublishedOperations.types(other.get().attributes()));
        String one = "The leader " + self + " knows no operation of type '" + type + "'. Participant "
                + other.get().id();
        if (lacking.isEmpty()) {
            return new UnknownOperationException(
                    type,
                    one
                            + " does, but did not lead when this one gave the leadership up for it: its log and its health say why.");
        }
        return new UnknownOperationException(
                type,
                one
                        + " does, but not " + lacking
                        + ", which the leader knows, so that it cannot take its place. A new"
                        + " version of an application keeps the operations of the one before: remove old ones one version"
                        + " later.");
    }

    /** Leadership is to go to {@code successor}; once, unless that has led since. */
    void handOver(String type, ParticipantId successor) {
        synchronized (this) {
            handedOver
                    .keySet()
                    .retainAll(participants.get().stream().map(Participant::id).toList());
            if (handedOver.putIfAbsent(successor, clock.nanoTime()) != null) {
                return;
            }
        }
        LOG.info(
                "Gives up the leadership: operations of type '{}' are submitted, which {} knows, and this participant {} does not",
                type,
                successor,
                self);
        stepDown.accept(PAUSE);
    }

    /** None for a type that is known here, as one of objects or of the world, and was sent as the other: no version takes that. */
    private List<Participant> knowing(String type) {
        return participants.get().stream()
                .filter(other -> !own.contains(type))
                .filter(other -> !other.id().equals(self))
                .filter(other -> PublishedOperations.types(other.attributes()).contains(type))
                .filter(other -> !knownDead.test(other.process()))
                .toList();
    }
}
