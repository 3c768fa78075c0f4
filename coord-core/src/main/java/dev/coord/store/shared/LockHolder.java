package dev.coord.store.shared;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process that holds the kernel's lock on a file, as {@code /proc/locks} tells. */
final class LockHolder {
    private static final Logger LOG = LoggerFactory.getLogger(LockHolder.class);
    private static final Path LOCKS = Path.of("/proc/locks");

    private LockHolder() {}

    /**
     * Kills (SIGKILL) process {@code pid} if it holds the lock of {@code file}, so that no other process that came to have that
     * pid is hit.
     *
     * @return false if it does not hold the lock, or may not be killed
     */
    static boolean kill(Path file, long pid) {
        try {
            if (!holds(file, pid)) {
                LOG.warn("Process {} does not hold {}, and is not killed", pid, file);
                return false;
            }
            boolean killed =
                    ProcessHandle.of(pid).map(ProcessHandle::destroyForcibly).orElse(false);
            LOG.warn("{} process {}, which is frozen and holds {}", killed ? "Killed" : "Could not kill", pid, file);
            return killed;
        } catch (IOException | UnsupportedOperationException e) {
            LOG.warn("Cannot tell who holds {}: {}", file, e.toString());
            return false;
        }
    }

    /** False if process {@code pid} certainly does not hold the lock of {@code file}; true if it does, or if that cannot be told. */
    static boolean mayHold(Path file, long pid) {
        try {
            return holds(file, pid);
        } catch (IOException | UnsupportedOperationException e) {
            LOG.debug("Cannot tell who holds {}", file, e);
            return true;
        }
    }

    private static boolean holds(Path file, long pid) throws IOException {
        return holds(Files.readAllLines(LOCKS), (long) Files.getAttribute(file, "unix:ino"), pid);
    }

    /** Whether {@code pid} has a write lock on a file with {@code inode}; the lines of waiting processes have an arrow. */
    static boolean holds(List<String> locks, long inode, long pid) {
        for (String line : locks) {
            String[] words = line.trim().split("\\s+", -1);
            // 1: POSIX  ADVISORY  WRITE 4711 fe:00:524307 0 EOF
            if (words.length >= 6
                    && words[1].equals("POSIX")
                    && words[3].equals("WRITE")
                    && words[4].equals(Long.toString(pid))
                    && words[5].endsWith(":" + inode)) {
                return true;
            }
        }
        return false;
    }
}
