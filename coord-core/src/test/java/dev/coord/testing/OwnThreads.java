package dev.coord.testing;

import java.util.List;
import java.util.Set;

/** The threads that were started since this was made: tests that ran before in this JVM may have left others. */
public final class OwnThreads {
    private final Set<Thread> strangers = Set.copyOf(Thread.getAllStackTraces().keySet());

    /** The names of those that are alive and whose name begins with {@code prefix}, sorted. */
    public List<String> names(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive() && !strangers.contains(thread))
                .map(Thread::getName)
                .filter(name -> name.startsWith(prefix))
                .sorted()
                .toList();
    }
}
