package dev.coord.world;

import dev.coord.Registration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several monitors, of which one that throws costs nobody anything. Allocates nothing as long as there is none. */
final class WorldMonitors implements WorldMonitor {
    private static final Logger LOG = LoggerFactory.getLogger(WorldMonitors.class);

    private final List<WorldMonitor> monitors = new CopyOnWriteArrayList<>();
    private @Nullable String group;

    synchronized Registration add(WorldMonitor monitor) {
        monitors.add(monitor);
        String present = group;
        if (present != null) {
            tell(monitor, told -> told.joined(present));
        }
        return () -> monitors.remove(monitor);
    }

    @Override
    public synchronized void joined(String joined) {
        group = joined;
        tell(monitor -> monitor.joined(joined));
    }

    @Override
    public synchronized void left(String left) {
        group = null;
        tell(monitor -> monitor.left(left));
    }

    @Override
    public void submitted(long nanos, Outcome outcome) {
        if (!monitors.isEmpty()) {
            tell(monitor -> monitor.submitted(nanos, outcome));
        }
    }

    @Override
    public void committed(int operations, long nanos) {
        if (!monitors.isEmpty()) {
            tell(monitor -> monitor.committed(operations, nanos));
        }
    }

    private void tell(Consumer<WorldMonitor> event) {
        for (WorldMonitor monitor : monitors) {
            tell(monitor, event);
        }
    }

    private static void tell(WorldMonitor monitor, Consumer<WorldMonitor> event) {
        try {
            event.accept(monitor);
        } catch (RuntimeException | Error e) {
            LOG.warn("{}, told of what a world did, failed", monitor, e);
        }
    }
}
