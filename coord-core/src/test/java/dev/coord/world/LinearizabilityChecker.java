package dev.coord.world;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a register behaved as if each operation on it had happened at one instant between its invocation and its return.
 *
 * <p>The search of Wing and Gong ("Testing and Verifying Concurrent Objects", 1993), as an iteration over a list of events that
 * remembers the configurations that it has seen, as by Lowe ("Testing for linearizability", 2017).
 */
final class LinearizabilityChecker {
    /** An event in the list: an invocation, which knows its return, or a return. */
    private static final class Event {
        private final RegisterOperation operation;
        private final int id;
        private final @Nullable Event itsReturn;
        private @Nullable Event before;
        private @Nullable Event after;

        Event(RegisterOperation operation, int id, @Nullable Event itsReturn) {
            this.operation = operation;
            this.id = id;
            this.itsReturn = itsReturn;
        }

        long nanos() {
            return itsReturn == null ? operation.returned() : operation.invoked();
        }

        void insertAfter(Event other) {
            before = other;
            after = other.after;
            if (after != null) {
                after.before = this;
            }
            other.after = this;
        }

        void remove() {
            if (before != null) {
                before.after = after;
            }
            if (after != null) {
                after.before = before;
            }
        }

        void putBack() {
            if (before != null) {
                before.after = this;
            }
            if (after != null) {
                after.before = this;
            }
        }
    }

    /** The operations that have happened, and the value after them. */
    private record Configuration(BitSet happened, long value) {}

    /** An operation that was tried as the next one, and the value before it. */
    private record Choice(Event invocation, Event itsReturn, long before) {}

    private final Event head = new Event(RegisterOperation.read(0, 0, 0), -1, null);
    private final BitSet happened = new BitSet();
    private final Set<Configuration> seen = new HashSet<>();
    private final Deque<Choice> choices = new ArrayDeque<>();
    private long value;
    private int known;
    private Optional<RegisterOperation> stuck = Optional.empty();
    private int most = -1;

    private LinearizabilityChecker(long initial, List<RegisterOperation> history) {
        this.value = initial;
        List<Event> events = new ArrayList<>();
        for (int id = 0; id < history.size(); id++) {
            RegisterOperation operation = history.get(id);
            Event itsReturn = new Event(operation, id, null);
            events.add(new Event(operation, id, itsReturn));
            events.add(itsReturn);
            known += operation.isKnown() ? 1 : 0;
        }
        // At the same instant, they overlap.
        events.sort(Comparator.comparingLong(Event::nanos).thenComparing(event -> event.itsReturn == null));
        Event last = head;
        for (Event event : events) {
            event.insertAfter(last);
            last = event;
        }
    }

    /**
     * An operation that contradicts those before it, however those are ordered: where the search came farthest. Empty if
     * {@code history} is linearizable.
     */
    static Optional<RegisterOperation> contradiction(long initial, List<RegisterOperation> history) {
        var checker = new LinearizabilityChecker(initial, history);
        return checker.search() ? Optional.empty() : checker.stuck;
    }

    private boolean search() {
        Event event = head.after;
        while (event != null && known > 0) {
            Event itsReturn = event.itsReturn;
            if (itsReturn != null) {
                event = happens(event, itsReturn) ? head.after : event.after;
                continue;
            }
            // It has returned, and nothing that could happen before that lets it happen.
            if (choices.size() > most) {
                most = choices.size();
                stuck = Optional.of(event.operation);
            }
            Choice wrong = choices.poll();
            if (wrong == null) {
                return false;
            }
            undo(wrong);
            event = wrong.invocation().after;
        }
        return true;
    }

    /** Lets it happen next, if it can, and if that leads to what was not tried before. */
    private boolean happens(Event invocation, Event itsReturn) {
        if (!invocation.operation.isPossible(value)) {
            return false;
        }
        long next = invocation.operation.valueAfter(value);
        happened.set(invocation.id);
        if (!seen.add(new Configuration((BitSet) happened.clone(), next))) {
            happened.clear(invocation.id);
            return false;
        }
        choices.push(new Choice(invocation, itsReturn, value));
        value = next;
        known -= invocation.operation.isKnown() ? 1 : 0;
        invocation.remove();
        itsReturn.remove();
        return true;
    }

    private void undo(Choice choice) {
        value = choice.before();
        happened.clear(choice.invocation().id);
        known += choice.invocation().operation.isKnown() ? 1 : 0;
        choice.itsReturn().putBack();
        choice.invocation().putBack();
    }
}
