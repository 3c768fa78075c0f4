package dev.coord.world;

import dev.coord.Registration;
import dev.coord.work.Listeners;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several monitors, of which one that throws costs nobody anything. Allocates nothing as long as there is none. */
final class WorldMonitors implements WorldMonitor {
    private static final Logger LOG = LoggerFactory.getLogger(WorldMonitors.class);

    private final Listeners<WorldMonitor> monitors = new Listeners<>(LOG, "what a world did");
    private @Nullable String group;

    synchronized Registration add(WorldMonitor monitor) {
        String present = group;
        return present == null ? monitors.add(monitor) : monitors.addAndTell(monitor, told -> told.joined(present));
    }

    @Override
    public synchronized void joined(String joined) {
        group = joined;
        monitors.tell(monitor -> monitor.joined(joined));
    }

    @Override
    public synchronized void left(String left) {
        group = null;
        monitors.tell(monitor -> monitor.left(left));
    }

    @Override
    public void submitted(long nanos, Outcome outcome) {
        if (!monitors.isEmpty()) {
            monitors.tell(monitor -> monitor.submitted(nanos, outcome));
        }
    }

    @Override
    public void committed(int operations, long nanos) {
        if (!monitors.isEmpty()) {
            monitors.tell(monitor -> monitor.committed(operations, nanos));
        }
    }
}
