package dev.coord.election;

import dev.coord.CoordException;
import dev.coord.Registration;
import dev.coord.Term;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several listeners, of which one that throws costs the others nothing. Safe for use by many threads. */
public final class RenewalListeners implements RenewalListener {
    private static final Logger LOG = LoggerFactory.getLogger(RenewalListeners.class);

    private final List<RenewalListener> listeners = new CopyOnWriteArrayList<>();

    /** Tells {@code listener} too, from now on. */
    public Registration add(RenewalListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void renewalEnded(Duration took, boolean successful) {
        tell(listener -> listener.renewalEnded(took, successful));
    }

    @Override
    public void renewalFailed(Term term, Duration since, CoordException why) {
        tell(listener -> listener.renewalFailed(term, since, why));
    }

    private void tell(Consumer<RenewalListener> event) {
        for (RenewalListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException | Error e) {
                LOG.warn("{}, told of a renewal, failed", listener, e);
            }
        }
    }
}
