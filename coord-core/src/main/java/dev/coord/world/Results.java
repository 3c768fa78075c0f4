package dev.coord.world;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The results of the operations in the log, by their ids: a repeated submission finds its own. Safe for use by many threads. */
final class Results {
    private record Kept(long seqno, String operationId) {}

    private final Map<String, WorldResult> byId = new HashMap<>();
    private final Deque<Kept> inOrder = new ArrayDeque<>();

    synchronized @Nullable WorldResult find(String operationId) {
        return byId.get(operationId);
    }

    /** Adds the result of an entry; entries come in the order of their numbers. */
    synchronized void add(LogEntry entry) {
        if (byId.putIfAbsent(entry.operationId(), entry.result()) == null) {
            inOrder.add(new Kept(entry.seqno(), entry.operationId()));
        }
    }

    /** Forgets the results up to {@code seqno}. */
    synchronized void truncate(long seqno) {
        while (!inOrder.isEmpty() && inOrder.getFirst().seqno() <= seqno) {
            byId.remove(inOrder.remove().operationId());
        }
    }

    synchronized void clear() {
        byId.clear();
        inOrder.clear();
    }
}
