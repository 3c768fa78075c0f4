package dev.coord.spring;

import dev.coord.LeaderChange;
import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.LossReason;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.CoordinatorListener;
import dev.coord.cluster.ParticipantsChange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;

/** Turns what a coordinator tells its listeners into application events. */
final class CoordinatorEventPublisher implements CoordinatorListener {
    private static final Logger LOG = LoggerFactory.getLogger(CoordinatorEventPublisher.class);

    private final Coordinator coordinator;
    private final ApplicationEventPublisher publisher;
    private final ContextReadiness readiness;
    /** On the thread that publishes only: the leadership that was told of, and that it was lost was not. */
    private @Nullable Leadership told;

    CoordinatorEventPublisher(
            Coordinator coordinator, ApplicationEventPublisher publisher, ContextReadiness readiness) {
        this.coordinator = coordinator;
        this.publisher = publisher;
        this.readiness = readiness;
    }

    @Override
    public void becameLeader(Leadership leadership) {
        if (publish(new BecameLeaderEvent(coordinator, leadership))) {
            told = leadership;
        }
    }

    @Override
    public void leadershipLost(Leadership leadership, LossReason reason) {
        // Of one that was told of it is said that it is over, whatever else has ended.
        if (leadership == told) {
            told = null;
            tell(new LeadershipLostEvent(coordinator, leadership, reason));
        }
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

    /** Says whether it was told: not before the application is ready, and no news from when it is about to end. */
    private boolean publish(CoordinatorEvent event) {
        try {
            if (readiness.await() && !readiness.isEnding()) {
                tell(event);
                return true;
            }
            LOG.debug("{} is not published: the application context is not there yet, or not any more", event);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private void tell(CoordinatorEvent event) {
        try {
            publisher.publishEvent(event);
        } catch (RuntimeException | Error e) {
            if (readiness.isOver()) {
                LOG.debug("{} came too late: the application context is closed", event, e);
            } else {
                // Names the event, which the coordinator could not.
                LOG.warn("A listener of {} failed", event, e);
            }
        }
    }
}
