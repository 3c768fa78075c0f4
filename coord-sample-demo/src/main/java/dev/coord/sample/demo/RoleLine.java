package dev.coord.sample.demo;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A role change as an instance prints it.
 *
 * @param role {@code LEADER}, {@code FOLLOWER} or {@code UNKNOWN}
 * @param term the term of the leadership that began, is followed, or ended
 * @param pid the process whose role it is
 * @param leaderPid the process that leads, 0 if none is known
 * @param nanos when it was noticed, by {@link System#nanoTime()}, which on Linux is one clock for all processes of a machine
 */
record RoleLine(String role, long term, long pid, long leaderPid, long nanos) {
    private static final Pattern FORMAT =
            Pattern.compile("role=([A-Z]+) term=(\\d{1,18}) pid=(\\d{1,18}) leaderPid=(\\d{1,18}) nanos=(-?\\d{1,18})");

    /** The role change that {@code line} tells of, if it does. */
    static Optional<RoleLine> in(String line) {
        Matcher found = FORMAT.matcher(line);
        return found.find()
                ? Optional.of(new RoleLine(
                        found.group(1),
                        Long.parseLong(found.group(2)),
                        Long.parseLong(found.group(3)),
                        Long.parseLong(found.group(4)),
                        Long.parseLong(found.group(5))))
                : Optional.empty();
    }

    boolean isLeader() {
        return role.equals("LEADER");
    }

    @Override
    public String toString() {
        return "role=" + role + " term=" + term + " pid=" + pid + " leaderPid=" + leaderPid + " nanos=" + nanos;
    }
}
