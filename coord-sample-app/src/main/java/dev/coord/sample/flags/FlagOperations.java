package dev.coord.sample.flags;

import dev.coord.spring.WorldOp;
import dev.coord.world.ObjectState;
import dev.coord.world.WorldState;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What can happen to flags. The leader calls these methods, one at a time, each once for each operation id. */
@Component
class FlagOperations {
    /** The types of all of them begin with this. */
    static final String TYPES = "flags/";

    static final String PUT = "flags/put";
    static final String DELETE = "flags/delete";
    static final String EXPOSE = "flags/expose";
    static final String SCHEDULE = "flags/schedule";
    static final String UNSCHEDULE = "flags/unschedule";
    static final String FLIP = "flags/flip";

    private final FlagStore flags;

    FlagOperations(FlagStore flags) {
        this.flags = flags;
    }

    /** A request to change the flag {@code key}, which has to be the same when it is sent again. */
    sealed interface Change {
        String key();
    }

    record Put(String key, boolean enabled, String value, Precondition precondition) implements Change {}

    record Delete(String key, Precondition precondition) implements Change {}

    record Expose(String key, long by, Precondition precondition) implements Change {}

    record Schedule(String key, Instant at, boolean enabled, Precondition precondition) implements Change {}

    record Unschedule(String key, Precondition precondition) implements Change {}

    /** The flip that was scheduled by the commit {@code seqno}. */
    record Flip(String key, long seqno) implements Change {}

    /**
     * What a change answers, also when it is submitted again.
     *
     * @param key of the flag
     * @param created whether the flag is new
     * @param flag as it is afterwards, or was before it was deleted; null if there was nothing to do
     */
    record Outcome(String key, boolean created, @Nullable Flag flag) {}

    @WorldOp(PUT)
    Outcome put(WorldState world, Put put) {
        Optional<ObjectState> there = find(world, put.key());
        put.precondition().check(put.key(), rev(there));
        FlagContent content = there.map(flags::content)
                .map(before -> before.with(put.enabled(), put.value()))
                .orElseGet(() -> new FlagContent(put.enabled(), put.value(), null));
        flags.put(world, put.key(), content);
        return outcome(world, put, there.isEmpty());
    }

    @WorldOp(DELETE)
    Outcome delete(WorldState world, Delete delete) {
        delete.precondition().check(delete.key(), rev(find(world, delete.key())));
        Flag before = flags.find(world, delete.key()).orElseThrow(() -> notFound(delete.key()));
        flags.delete(world, delete.key());
        return new Outcome(delete.key(), false, before);
    }

    @WorldOp(EXPOSE)
    Outcome expose(WorldState world, Expose expose) {
        expose.precondition().check(expose.key(), rev(find(world, expose.key())));
        var unused = there(world, expose.key());
        flags.expose(world, expose.key(), expose.by());
        return outcome(world, expose, false);
    }

    @WorldOp(SCHEDULE)
    Outcome schedule(WorldState world, Schedule schedule) {
        schedule.precondition().check(schedule.key(), rev(find(world, schedule.key())));
        FlagContent content = flags.content(there(world, schedule.key()));
        // The number of this very commit.
        long seqno = world.seqno() + 1;
        flags.put(world, schedule.key(), content.with(new ScheduledFlip(schedule.at(), schedule.enabled(), seqno)));
        return outcome(world, schedule, false);
    }

    @WorldOp(UNSCHEDULE)
    Outcome unschedule(WorldState world, Unschedule unschedule) {
        unschedule.precondition().check(unschedule.key(), rev(find(world, unschedule.key())));
        FlagContent content = flags.content(there(world, unschedule.key()));
        flags.put(world, unschedule.key(), content.with((ScheduledFlip) null));
        return outcome(world, unschedule, false);
    }

    /** Flips the flag, if that is still what is to come: it may have been flipped, scheduled anew or deleted meanwhile. */
    @WorldOp(FLIP)
    Outcome flip(WorldState world, Flip flip) {
        Optional<FlagContent> content = find(world, flip.key()).map(flags::content);
        ScheduledFlip scheduled = content.map(FlagContent::scheduledFlip).orElse(null);
        if (content.isEmpty() || scheduled == null || scheduled.seqno() != flip.seqno()) {
            return new Outcome(flip.key(), false, null);
        }
        FlagContent before = content.get();
        flags.put(world, flip.key(), new FlagContent(scheduled.enabled(), before.value(), null));
        return outcome(world, flip, false);
    }

    private Outcome outcome(WorldState world, Change change, boolean created) {
        String key = change.key();
        return new Outcome(key, created, flags.find(world, key).orElseThrow());
    }

    private static Optional<ObjectState> find(WorldState world, String key) {
        return world.object(FlagStore.FLAGS + key);
    }

    private static ObjectState there(WorldState world, String key) {
        return find(world, key).orElseThrow(() -> notFound(key));
    }

    private static long rev(Optional<ObjectState> there) {
        return there.map(ObjectState::rev).orElse(0L);
    }

    private static RuntimeException notFound(String key) {
        return Refusal.FLAG_NOT_FOUND.because("There is no flag '" + key + "'");
    }
}
