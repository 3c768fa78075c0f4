package dev.coord.election;

import dev.coord.CoordException;
import dev.coord.Registration;
import dev.coord.Term;
import dev.coord.work.Listeners;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several listeners, of which one that throws costs the others nothing. Safe for use by many threads. */
public final class RenewalListeners implements RenewalListener {
    private static final Logger LOG = LoggerFactory.getLogger(RenewalListeners.class);

    private final Listeners<RenewalListener> listeners = new Listeners<>(LOG, "a renewal");

    /** Tells {@code listener} too, from now on. */
    public Registration add(RenewalListener listener) {
        return listeners.add(listener);
    }

    /** Whether nobody wants to be told. */
    public boolean isEmpty() {
        return listeners.isEmpty();
    }

    @Override
    public void renewalEnded(Duration took, boolean successful) {
        listeners.tell(listener -> listener.renewalEnded(took, successful));
    }

    @Override
    public void renewalFailed(Term term, Duration since, CoordException why) {
        listeners.tell(listener -> listener.renewalFailed(term, since, why));
    }
}
