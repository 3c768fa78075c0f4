package dev.coord.sample.cluster;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.LossReason;
import dev.coord.ParticipantId;
import dev.coord.cluster.Coordinator;
import dev.coord.sample.flags.OperationIds;
import dev.coord.spring.BecameFollowerEvent;
import dev.coord.spring.BecameLeaderEvent;
import dev.coord.spring.LeadershipLostEvent;
import dev.coord.spring.WorldTemplate;
import dev.coord.world.WorldUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Writes down when this instance begins to lead and stops, why the leader changed, and how long that took. */
@Component
class HistoryWriter implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(HistoryWriter.class);
    /** The end of the old leader is sometimes heard of a little after the lease is won. */
    private static final Duration HEARSAY = Duration.ofMillis(500);

    private static final Duration LAST_WORD = Duration.ofMillis(500);

    private final Coordinator coordinator;
    private final WorldTemplate template;
    private final HistoryStore history;
    private final Peers peers;
    private final OwnAddress address;
    private final ApplicationContext context;
    private final ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
        var thread = new Thread(task, "sample-history");
        thread.setDaemon(true);
        return thread;
    });
    /** Who led before, as far as this instance saw it; on the thread of the role events alone. */
    private @Nullable Before before;

    HistoryWriter(
            Coordinator coordinator,
            WorldTemplate template,
            HistoryStore history,
            Peers peers,
            OwnAddress address,
            ApplicationContext context) {
        this.coordinator = coordinator;
        this.template = template;
        this.history = history;
        this.peers = peers;
        this.address = address;
        this.context = context;
    }

    /**
     * A leader that this instance saw.
     *
     * @param endedAt when it stopped, if it was this instance itself
     * @param reason why, if it was
     */
    private record Before(
            ParticipantId participant,
            long term,
            @Nullable Long endedAt,
            @Nullable LossReason reason) {}

    /** How a change came about. */
    private record Change(ChangeReason reason, @Nullable Long endedAt) {}

    @EventListener
    void on(BecameFollowerEvent event) {
        LeaderInfo leader = event.getLeader();
        before = new Before(leader.participant(), leader.term().value(), null, null);
    }

    @EventListener
    void on(LeadershipLostEvent event) {
        long term = event.getLeadership().term().value();
        before = new Before(coordinator.id(), term, System.nanoTime(), event.getReason());
        // Somebody who is closed has said so before.
        if (event.getReason() != LossReason.CLOSED) {
            var unused = execute(() -> submitEnding(term, ChangeReason.of(event.getReason())));
        }
    }

    @EventListener
    void on(BecameLeaderEvent event) {
        long since = System.nanoTime();
        Instant now = Instant.now();
        Before old = before;
        var unused = execute(() -> writeDown(event.getLeadership(), since, now, old));
    }

    /** The last moment when this instance can still write. */
    @EventListener
    void on(ContextClosedEvent event) {
        if (event.getApplicationContext() == context) {
            coordinator.leadership().ifPresent(this::lastWord);
        }
    }

    private void lastWord(Leadership leadership) {
        try {
            Future<?> said = execute(() -> submitEnding(leadership.term().value(), ChangeReason.CLOSED));
            if (said != null) {
                said.get(LAST_WORD.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("Nobody hears why the leadership of term {} ends", leadership.term(), e);
        }
    }

    private @Nullable Future<?> execute(Runnable task) {
        try {
            return executor.submit(task);
        } catch (RejectedExecutionException e) {
            LOG.trace("Stopped", e);
            return null;
        }
    }

    private void submitEnding(long term, ChangeReason reason) {
        submit(HistoryStore.ENDED, term, new HistoryStore.Ending(term, reason));
    }

    private void writeDown(Leadership leadership, long since, Instant now, @Nullable Before old) {
        try {
            List<LeaderRecord> written = template.world().read(history::latest);
            Change change = change(old, written.isEmpty());
            Double gap = gap(since, change.endedAt());
            long term = leadership.term().value();
            long previous = old != null
                    ? old.term()
                    : written.stream().findFirst().map(LeaderRecord::term).orElse(0L);
            submit(
                    HistoryStore.LED,
                    term,
                    new LeaderRecord(
                            term,
                            previous,
                            coordinator.id().value(),
                            ProcessHandle.current().pid(),
                            address.url(),
                            now,
                            change.reason(),
                            gap));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("Could not write down that the leadership of term {} began", leadership.term(), e);
        }
    }

    /** Null if the end of the old leader was heard of only after it was replaced: nobody knows when it was. */
    private static @Nullable Double gap(long since, @Nullable Long endedAt) {
        return endedAt == null || endedAt > since ? null : (since - endedAt) / 1e6;
    }

    private Change change(@Nullable Before old, boolean first) throws InterruptedException {
        if (old == null) {
            return new Change(first ? ChangeReason.FIRST_LEADER : ChangeReason.ALL_STARTED_ANEW, null);
        }
        if (old.reason() != null) {
            return new Change(ChangeReason.of(old.reason()), old.endedAt());
        }
        Optional<Peer> peer = peers.await(
                old.participant(),
                known -> known.ledTerm() >= old.term() && known.ledUntil().isPresent(),
                HEARSAY);
        if (peer.isEmpty()) {
            return new Change(ChangeReason.PROCESS_DIED, null);
        }
        if (peer.get().ledUntil().isEmpty()) {
            return new Change(ChangeReason.STOPPED_RESPONDING, peer.get().heardAt());
        }
        return new Change(
                peer.get().ended() ? ChangeReason.PROCESS_DIED : ChangeReason.RELEASED,
                peer.get().ledUntil().get());
    }

    /** Gives up with the second leader that does not answer: it is only a history. */
    private void submit(String type, long term, Object body) {
        String id = OperationIds.own(type, term);
        try {
            template.submit(id, type, body);
        } catch (WorldUnavailableException e) {
            LOG.debug("Trying once more: {}", e.getMessage());
            template.submit(id, type, body);
        }
    }

    @Override
    public void destroy() {
        executor.shutdownNow();
    }
}
