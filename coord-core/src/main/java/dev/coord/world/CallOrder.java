package dev.coord.world;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Takes the calls of each sender in the order in which they were made. One that was delayed, and arrives after a later one, is
 * not taken: its sender has given it up and asked again. Otherwise the first call could apply an operation after the second one,
 * with the same operation, was refused and its submitter told so.
 *
 * <p>A call is meant for one leadership, and others do not take it. So nothing has to be known of the calls to other leaders: what
 * an earlier one took was committed before this one began, or never will be. Safe for use by many threads.
 */
final class CallOrder {
    /** Many times what takes part in a group at a time. */
    private static final int MOST_SENDERS = 10_000;

    private final Map<String, Sender> senders = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Sender> eldest) {
            return size() > MOST_SENDERS;
        }
    };

    private static final class Sender {
        private long last;
    }

    /**
     * Runs {@code submit}, unless a later call of {@code sender} was there before; says whether it did. Those of one sender run
     * one after the other, so that they are in line as they arrived.
     */
    boolean take(String sender, long call, Runnable submit) {
        Sender known;
        synchronized (senders) {
            known = senders.computeIfAbsent(sender, s -> new Sender());
        }
        synchronized (known) {
            if (call <= known.last) {
                return false;
            }
            known.last = call;
            submit.run();
            return true;
        }
    }
}
