package dev.coord.cluster;

import dev.coord.Leadership;
import dev.coord.ParticipantId;
import dev.coord.mesh.Mesh;
import dev.coord.store.Store;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What a role handler that does more than hear of its role can use, from {@link RoleChangeHandler#onJoin} to
 * {@link RoleChangeHandler#onLeave}.
 *
 * @param group the group
 * @param participant this participant
 * @param store the durable state
 * @param mesh the connections to the others, and what is served to them
 * @param registered whether the others know of it: not before {@link Coordinator#start()} has registered it
 * @param participantExpiry after how long without a sign of life a participant counts as gone
 * @param failed tells that what this handler does under a leadership failed, after {@link RoleChangeHandler#onBecomeLeader}
 *     returned, or while it goes on: this participant steps down, as if that had thrown
 * @param leaderNeeded tells that this participant needs a leader within that time and knows of none: if nobody else stands it may
 *     lead though it is no candidate, see {@link Coordinator#open()} and {@link Coordinator#handOver()}
 * @param stepDown gives the leadership up, if held, as {@link Coordinator#stepDown}
 * @param reported tells of a failure that {@link CoordinatorStatus#handlerFailure()} is to show and that changes nothing else
 */
public record ParticipantContext(
        String group,
        ParticipantId participant,
        Store store,
        Mesh mesh,
        BooleanSupplier registered,
        Duration participantExpiry,
        BiConsumer<Leadership, Throwable> failed,
        Consumer<Duration> leaderNeeded,
        Consumer<Duration> stepDown,
        Consumer<Throwable> reported) {}
