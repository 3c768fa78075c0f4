package dev.coord.spring;

import dev.coord.LeaderChange;
import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.LossReason;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.CoordinatorListener;
import dev.coord.cluster.ParticipantsChange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;

/** Turns what a coordinator tells its listeners into application events. */
final class CoordinatorEventPublisher implements CoordinatorListener {
    private static final Logger LOG = LoggerFactory.getLogger(CoordinatorEventPublisher.class);

    private final Coordinator coordinator;
    private final ApplicationEventPublisher publisher;
    private final ContextReadiness readiness;

    CoordinatorEventPublisher(
            Coordinator coordinator, ApplicationEventPublisher publisher, ContextReadiness readiness) {
        this.coordinator = coordinator;
        this.publisher = publisher;
        this.readiness = readiness;
    }

    @Override
    public void becameLeader(Leadership leadership) {
        publish(new BecameLeaderEvent(coordinator, leadership));
    }

    @Override
    public void leadershipLost(Leadership leadership, LossReason reason) {
        publish(new LeadershipLostEvent(coordinator, leadership, reason));
    }

    @Override
    public void becameFollower(LeaderInfo leader) {
        publish(new BecameFollowerEvent(coordinator, leader));
    }

    @Override
    public void leaderChanged(LeaderChange change) {
        publish(new LeaderChangedEvent(coordinator, change));
    }

    @Override
    public void participantsChanged(ParticipantsChange change) {
        publish(new ParticipantsChangedEvent(coordinator, change));
    }

    private void publish(CoordinatorEvent event) {
        try {
            if (readiness.await()) {
                publisher.publishEvent(event);
            } else {
                LOG.debug("{} is not published: the application context did not start", event);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            // Names the event, which the coordinator could not.
            LOG.warn("A listener of {} failed", event.getClass().getSimpleName(), e);
        }
    }
}
