package dev.coord.work;

import dev.coord.Registration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Those who want to be told of something, one after the other, on the thread that tells. One that throws costs neither the others
 * nor the caller anything: it is logged, once for each kind of exception in a row, so that no listener fills a disk. One that is
 * added twice is told twice. Safe for use by many threads; an event that is being told may or may not reach who is added
 * meanwhile.
 */
public final class Listeners<T> {
    private final Logger log;
    private final String what;
    private final List<Entry<T>> entries = new CopyOnWriteArrayList<>();

    /** Compared by identity. */
    private static final class Entry<T> {
        private final T listener;
        private volatile @Nullable Class<?> lastThrown;

        Entry(T listener) {
            this.listener = listener;
        }
    }

    /**
     * @param log the one of the part that tells
     * @param what they are told of, for people, as in "a listener, told of {@code what}, failed"
     */
    public Listeners(Logger log, String what) {
        this.log = log;
        this.what = what;
    }

    /** Tells {@code listener} too from now on, after all others. */
    public Registration add(T listener) {
        var entry = new Entry<>(listener);
        entries.add(entry);
        return () -> entries.remove(entry);
    }

    /** Tells {@code listener} too from now on, before all others. */
    public Registration addFirst(T listener) {
        var entry = new Entry<>(listener);
        entries.add(0, entry);
        return () -> entries.remove(entry);
    }

    /** The same, and tells it {@code now} what happened before. */
    public Registration addAndTell(T listener, Consumer<T> now) {
        var entry = new Entry<>(listener);
        entries.add(entry);
        tell(entry, now);
        return () -> entries.remove(entry);
    }

    /** Whether nobody wants to be told. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Tells all. */
    public void tell(Consumer<T> event) {
        for (Entry<T> entry : entries) {
            tell(entry, event);
        }
    }

    /** Tells all of what happens once: each is taken off the list first, so that a second call does not reach it. */
    public void tellOnce(Consumer<T> event) {
        for (Entry<T> entry : List.copyOf(entries)) {
            if (entries.remove(entry)) {
                tell(entry, event);
            }
        }
    }

    private void tell(Entry<T> entry, Consumer<T> event) {
        try {
            event.accept(entry.listener);
        } catch (RuntimeException | Error e) {
            if (e.getClass() == entry.lastThrown) {
                log.debug("{}, told of {}, failed again", entry.listener, what, e);
            } else {
                entry.lastThrown = e.getClass();
                log.warn("{}, told of {}, failed", entry.listener, what, e);
            }
        }
    }
}
