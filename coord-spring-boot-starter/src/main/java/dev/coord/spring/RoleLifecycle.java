package dev.coord.spring;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.Lifecycle;
import org.springframework.context.Phased;
import org.springframework.context.SmartLifecycle;

/** A {@link Lifecycle} bean with {@link OnLeader} or {@link OnFollower}. */
final class RoleLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(RoleLifecycle.class);
    /** As the application context waits for its own. */
    private static final long STOP_LIMIT_SECONDS = 10;

    private final RoleSpec spec;
    private final BeanFactory beans;
    private final String beanName;
    private @Nullable Lifecycle bean;

    RoleLifecycle(RoleSpec spec, BeanFactory beans, String beanName) {
        this.spec = spec;
        this.beans = beans;
        this.beanName = beanName;
    }

    RoleSpec spec() {
        return spec;
    }

    String beanName() {
        return beanName;
    }

    /** What messages call it. */
    String name() {
        return "the " + spec.annotation() + " bean '" + beanName + "'";
    }

    /**
     * Makes the bean if it is not there yet.
     *
     * @throws FailureAnalyzedException if it is none that can be started and stopped so
     */
    synchronized Lifecycle resolve() {
        Lifecycle resolved = bean;
        if (resolved == null) {
            resolved = checked(beans.getBean(beanName));
            bean = resolved;
        }
        return resolved;
    }

    private Lifecycle checked(Object candidate) {
        if (!(candidate instanceof Lifecycle lifecycle)) {
            throw new FailureAnalyzedException(
                    "The bean '" + beanName + "' of " + candidate.getClass() + " has " + spec.annotation()
                            + ", but is no Lifecycle.",
                    "Let it implement org.springframework.context.Lifecycle, to be started when the role begins and stopped"
                            + " when it ends; or put " + spec.annotation() + " on one of its methods.");
        }
        if (lifecycle instanceof SmartLifecycle smart && smart.isAutoStartup()) {
            throw new FailureAnalyzedException(
                    "The bean '" + beanName + "' of " + candidate.getClass() + " has " + spec.annotation()
                            + ", but is a SmartLifecycle that starts with the application context, whatever the role is.",
                    "Let its method isAutoStartup() return false, or let it implement Lifecycle instead of SmartLifecycle.");
        }
        return lifecycle;
    }

    int phase() {
        return resolve() instanceof Phased phased ? phased.getPhase() : 0;
    }

    void start() {
        Lifecycle lifecycle = resolve();
        if (!lifecycle.isRunning()) {
            lifecycle.start();
            LOG.debug("Started {}", name());
        }
    }

    /** Begins to stop it, and returns what is to be waited for. */
    CountDownLatch stop() {
        Lifecycle lifecycle = resolve();
        if (!lifecycle.isRunning()) {
            return new CountDownLatch(0);
        }
        if (lifecycle instanceof SmartLifecycle smart) {
            var stopped = new CountDownLatch(1);
            smart.stop(stopped::countDown);
            return stopped;
        }
        lifecycle.stop();
        return new CountDownLatch(0);
    }

    /** Waits until it has stopped, or for too long. */
    void awaitStopped(CountDownLatch stopped) throws InterruptedException {
        if (stopped.await(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
            LOG.debug("Stopped {}", name());
        } else {
            LOG.warn("Did not stop within {} s, going on without it: {}", STOP_LIMIT_SECONDS, name());
        }
    }
}
