package dev.coord.world;

import dev.coord.ParticipantId;
import dev.coord.store.Participant;
import dev.coord.time.NanoClock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
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
    /** One that did not lead after that cannot, for whatever reason, and trying again would cost the group its leader. */
    private static final Duration AGAIN = Duration.ofSeconds(60);

    private final ParticipantId self;
    private final Supplier<? extends Collection<String>> types;
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
            Supplier<? extends Collection<String>> types,
            Supplier<List<Participant>> participants,
            Predicate<String> knownDead,
            Consumer<Duration> stepDown,
            NanoClock clock) {
        this.self = self;
        this.types = types;
        this.participants = participants;
        this.knownDead = knownDead;
        this.stepDown = stepDown;
        this.clock = clock;
    }

    /** Who can apply operations of {@code type}, and all that can be applied here. */
    Optional<ParticipantId> successor(String type) {
        Set<String> own = own();
        return knowing(type).stream()
                .filter(other -> PublishedOperations.types(other.attributes()).containsAll(own))
                .map(Participant::id)
                .findFirst();
    }

    /** Why operations of {@code type} are refused for good. */
    UnknownOperationException refusal(String type) {
        Optional<Participant> other = knowing(type).stream().findFirst();
        if (other.isEmpty()) {
            return new UnknownOperationException(type);
        }
        Set<String> lacking = new TreeSet<>(own());
        lacking.removeAll(PublishedOperations.types(other.get().attributes()));
        return new UnknownOperationException(
                type,
                "The leader " + self + " knows no operation of type '" + type + "'. Participant "
                        + other.get().id()
                        + " does, but not " + lacking
                        + ", which the leader knows, so that it cannot take its place. A new"
                        + " version of an application keeps the operations of the one before: remove old ones one version"
                        + " later.");
    }

    /** Leadership is to go to {@code successor}; at most once in a while, in case that it does not lead. */
    void handOver(String type, ParticipantId successor) {
        synchronized (this) {
            long now = clock.nanoTime();
            handedOver.values().removeIf(when -> now - when >= AGAIN.toNanos());
            if (handedOver.putIfAbsent(successor, now) != null) {
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

    private Set<String> own() {
        // As the others see it: what does not fit there counts for nobody.
        return new HashSet<>(PublishedOperations.types(PublishedOperations.attributes(types.get())));
    }

    private List<Participant> knowing(String type) {
        return participants.get().stream()
                .filter(other -> !other.id().equals(self))
                .filter(other -> PublishedOperations.types(other.attributes()).contains(type))
                .filter(other -> !knownDead.test(other.process()))
                .toList();
    }
}
