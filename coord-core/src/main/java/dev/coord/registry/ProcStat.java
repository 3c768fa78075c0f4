package dev.coord.registry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What Linux tells of a process in {@code /proc/<pid>/stat}.
 *
 * @param state one letter; Z and X are processes that have ended
 * @param flags the kernel's flags of the main thread
 * @param start when it started, in ticks since boot
 */
record ProcStat(char state, long flags, long start) {
    private static final Path PROC = Path.of("/proc");
    /** PF_EXITING of the kernel's sched.h. */
    private static final long EXITING = 0x4;

    /** Of process {@code pid} in this process's PID namespace; empty if it cannot be read, which does not prove that it is gone. */
    static Optional<ProcStat> read(long pid) {
        try {
            byte[] stat = Files.readAllBytes(PROC.resolve(Long.toString(pid)).resolve("stat"));
            return parse(new String(stat, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static Optional<ProcStat> parse(String line) {
        // The name, in brackets, may hold spaces and brackets itself.
        String[] fields = line.substring(line.lastIndexOf(')') + 1).trim().split(" ", -1);
        if (fields.length < 20 || fields[0].length() != 1) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new ProcStat(fields[0].charAt(0), Long.parseLong(fields[6]), Long.parseLong(fields[19])));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Whether this process has ended, or can no longer run any code of its program. */
    boolean isEnding() {
        return state == 'Z' || state == 'X' || (flags & EXITING) != 0;
    }

    /** Whether process {@code pid} has no entry. Any other reason for not seeing it, as a lack of descriptors, is not that. */
    static boolean isMissing(long pid) {
        return Files.notExists(PROC.resolve(Long.toString(pid)));
    }

    /** Whether a process that has no entry under /proc does not exist: not so where other users' processes are hidden. */
    static boolean showsEveryProcess() {
        try {
            if (!Files.exists(PROC.resolve("self/stat"))) {
                return false;
            }
            for (String mount : Files.readAllLines(PROC.resolve("self/mounts"))) {
                String[] fields = mount.split(" ", -1);
                if (fields.length > 3
                        && fields[1].equals("/proc")
                        && fields[3].matches(".*\\bhidepid=(?!0\\b|off\\b).*")) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
