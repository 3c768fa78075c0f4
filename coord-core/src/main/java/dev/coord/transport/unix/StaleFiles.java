package dev.coord.transport.unix;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What dead processes left behind, removed one by one. One that cannot be removed, or is not what its name says, keeps nobody from
 * removing the others, and is told of once, not each time that it is found. Safe for use by many threads.
 */
public final class StaleFiles {
    private static final Logger LOG = LoggerFactory.getLogger(StaleFiles.class);
    /** There are not many; and if there are, hearing of some of them again does no harm. */
    private static final int MOST_KEPT = 1000;

    private final Set<Path> toldOf = ConcurrentHashMap.newKeySet();

    /** Looks at a file, and removes it if it is a leftover. */
    @FunctionalInterface
    public interface Removal {
        /** Removes {@code file}, or leaves it alone. */
        void of(Path file) throws IOException;
    }

    /** Does {@code removal} with each of {@code files}, whatever happens to the others. */
    public void removeEach(Collection<Path> files, Removal removal) {
        for (Path file : files) {
            try {
                removal.of(file);
                toldOf.remove(file);
            } catch (IOException e) {
                tell(file, e);
            }
        }
    }

    private void tell(Path file, IOException why) {
        if (toldOf.size() >= MOST_KEPT) {
            toldOf.clear();
        }
        if (toldOf.add(file)) {
            LOG.warn("Could not look at {}, or not remove it; it stays until somebody does: {}", file, why.toString());
        } else {
            LOG.debug("Still cannot look at {}, or not remove it", file, why);
        }
    }
}
