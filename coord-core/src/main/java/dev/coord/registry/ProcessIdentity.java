package dev.coord.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What tells one process from all others: a pid alone is used again, and every container has a pid 1.
 *
 * @param host the machine's name, for people
 * @param boot the kernel's id of this boot, empty where it is not known
 * @param pidNamespace the PID and time namespaces that pid and start are valid in, empty where it is not known
 * @param pid the process id in that namespace
 * @param start when the process started, in the kernel's ticks since boot; 0 where it is not known
 * @param lifeToken the store's proof of death, see {@link dev.coord.store.Store#lifeToken()}; empty if it has none
 */
public record ProcessIdentity(String host, String boot, String pidNamespace, long pid, long start, String lifeToken) {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final Path NAMESPACES = Path.of("/proc/self/ns");

    /** This process. */
    public static ProcessIdentity current(String lifeToken) {
        long pid = ProcessHandle.current().pid();
        long start = ProcStat.read(pid).map(ProcStat::start).orElse(0L);
        return new ProcessIdentity(readHostName(), readBootId(), readPidNamespace(), pid, start, lifeToken);
    }

    /** Reads what {@link #toString()} wrote; empty if it is something else. */
    public static Optional<ProcessIdentity> parse(String text) {
        Map<String, String> values = new HashMap<>();
        for (String part : text.split(";", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                values.put(part.substring(0, equals), part.substring(equals + 1));
            }
        }
        try {
            return Optional.of(new ProcessIdentity(
                    values.getOrDefault("host", ""),
                    values.getOrDefault("boot", ""),
                    values.getOrDefault("pidns", ""),
                    Long.parseLong(values.getOrDefault("pid", "")),
                    Long.parseLong(values.getOrDefault("start", "0")),
                    values.getOrDefault("life", "")));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The same with another {@link #lifeToken()}. */
    ProcessIdentity withLifeToken(String token) {
        return new ProcessIdentity(host, boot, pidNamespace, pid, start, token);
    }

    /** Whether the pids of both mean the same processes. */
    boolean sharesPidsWith(ProcessIdentity other) {
        return !boot.isEmpty()
                && boot.equals(other.boot)
                && !pidNamespace.isEmpty()
                && pidNamespace.equals(other.pidNamespace);
    }

    @Override
    public String toString() {
        return "host=" + host.replaceAll("[;=]", "_") + ";boot=" + boot + ";pidns=" + pidNamespace + ";pid=" + pid
                + ";start=" + start + ";life=" + lifeToken;
    }

    /** From the kernel where there is one to ask: a name service could take seconds. */
    private static String readHostName() {
        try {
            return Files.readString(HOST_NAME).trim();
        } catch (IOException e) {
            return System.getenv().getOrDefault("HOSTNAME", "unknown");
        }
    }

    private static String readBootId() {
        try {
            return Files.readString(BOOT_ID).trim();
        } catch (IOException e) {
            return "";
        }
    }

    private static String readPidNamespace() {
        try {
            Path pid = Files.readSymbolicLink(NAMESPACES.resolve("pid"));
            Path time = NAMESPACES.resolve("time");
            // A time namespace moves the start times of processes.
            return Files.exists(time) ? pid + "+" + Files.readSymbolicLink(time) : pid.toString();
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }
}
