package dev.coord.sample.schedule;

import dev.coord.Registration;
import dev.coord.sample.flags.Flag;
import dev.coord.sample.flags.FlagStore;
import dev.coord.sample.flags.ScheduledFlip;
import dev.coord.world.World;
import dev.coord.world.WorldListener;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** The flips that are to come, as far as this instance has heard; every instance hears of all of them. */
@Component
class PendingFlips implements DisposableBean {
    /** A clock that is set does not wake anybody. */
    private static final long LONGEST_WAIT_MILLIS = 500;

    private final World world;
    private final FlagStore flags;
    private final Clock clock = Clock.systemUTC();
    private final Map<String, ScheduledFlip> pending = new HashMap<>();
    private final Registration watching;

    PendingFlips(World world, FlagStore flags) {
        this.world = world;
        this.flags = flags;
        this.watching = world.watch(FlagStore.FLAGS, this::changed);
    }

    /** A flip, and the flag that it is for. */
    record Due(String key, ScheduledFlip flip) {}

    private void changed(WorldListener.Event event) {
        event.changes().stream()
                .flatMap(change -> FlagStore.flagsOf(change).stream())
                .distinct()
                .forEach(this::look);
    }

    private void look(String key) {
        Optional<ScheduledFlip> flip = world.read(view -> flags.find(view, key).map(Flag::scheduledFlip));
        synchronized (this) {
            flip.ifPresentOrElse(scheduled -> pending.put(key, scheduled), () -> pending.remove(key));
            notifyAll();
        }
    }

    /** Waits for a flip whose time has come: the earliest. */
    synchronized Due awaitDue() throws InterruptedException {
        while (true) {
            Optional<Due> next = earliest();
            Instant now = clock.instant();
            if (next.isPresent() && !next.get().flip().at().isAfter(now)) {
                return next.get();
            }
            long wait = next.map(due -> millis(now, due.flip().at())).orElse(LONGEST_WAIT_MILLIS);
            TimeUnit.MILLISECONDS.timedWait(this, Math.max(1, Math.min(wait, LONGEST_WAIT_MILLIS)));
        }
    }

    private static long millis(Instant from, Instant to) {
        Duration left = Duration.between(from, to);
        return left.compareTo(Duration.ofMinutes(1)) > 0 ? LONGEST_WAIT_MILLIS : left.toMillis() + 1;
    }

    private Optional<Due> earliest() {
        return pending.entrySet().stream()
                .map(entry -> new Due(entry.getKey(), entry.getValue()))
                .min((a, b) -> a.flip().at().compareTo(b.flip().at()));
    }

    /** {@code due} is done, one way or the other. */
    synchronized void done(Due due) {
        pending.remove(due.key(), due.flip());
    }

    @Override
    public void destroy() {
        watching.close();
    }
}
