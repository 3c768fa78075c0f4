package dev.coord.sample.cluster;

import dev.coord.Leadership;
import dev.coord.LossReason;
import dev.coord.cluster.Coordinator;
import dev.coord.sample.flags.OperationIds;
import dev.coord.spring.LeaderChangedEvent;
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
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Writes down when this instance begins to lead and stops, why the leader changed, and how long that took. */
@Component
class HistoryWriter implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(HistoryWriter.class);
    private static final Duration LAST_WORD = Duration.ofSeconds(2);

    private final Coordinator coordinator;
    private final WorldTemplate template;
    private final HistoryStore history;
    private final ClusterService cluster;
    private final ApplicationContext context;
    private final ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
        var thread = new Thread(task, "sample-history");
        thread.setDaemon(true);
        return thread;
    });

    HistoryWriter(
            Coordinator coordinator,
            WorldTemplate template,
            HistoryStore history,
            ClusterService cluster,
            ApplicationContext context) {
        this.coordinator = coordinator;
        this.template = template;
        this.history = history;
        this.cluster = cluster;
        this.context = context;
    }

    @EventListener
    void on(LeadershipLostEvent event) {
        // Somebody who is closed has said so before.
        if (event.getReason() != LossReason.CLOSED) {
            long term = event.getLeadership().term().value();
            var unused = execute(() -> submitEnding(term, ChangeReason.of(event.getReason())));
        }
    }

    /** Each leader writes down its own beginning. */
    @EventListener
    void on(LeaderChangedEvent event) {
        if (event.getLeader().participant().equals(coordinator.id())) {
            Instant now = Instant.now();
            var unused = execute(() -> writeDown(event, now));
        }
    }

    /** Comes before the coordinator's own listener, which hands over: the last moment when this instance can write as the leader. */
    @EventListener
    @Order(Ordered.HIGHEST_PRECEDENCE)
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

    private void writeDown(LeaderChangedEvent event, Instant now) {
        long term = event.getLeader().term().value();
        try {
            List<LeaderRecord> written = template.world().read(history::latest);
            Optional<Long> previous = event.getPrevious()
                    .map(leader -> leader.term().value())
                    .or(() -> written.stream().findFirst().map(LeaderRecord::term));
            submit(
                    HistoryStore.LED,
                    term,
                    new LeaderRecord(
                            term,
                            previous.orElse(0L),
                            coordinator.id().value(),
                            event.getLeader().pid(),
                            cluster.page(coordinator.id()),
                            now,
                            ChangeReason.of(event.getReason(), written.isEmpty()),
                            event.getWithoutLeader()
                                    .map(gap -> gap.toNanos() / 1e6)
                                    .orElse(null)));
        } catch (RuntimeException e) {
            LOG.warn("Could not write down that the leadership of term {} began", term, e);
        }
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
