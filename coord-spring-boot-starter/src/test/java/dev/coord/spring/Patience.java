package dev.coord.spring;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Keeps tests from judging how fast the machine is. */
public final class Patience {
    /** How long a test waits for what comes without fail: only so that nothing hangs. */
    public static final Duration LIMIT = Duration.ofSeconds(60);

    /** However long the machine stalls, nobody loses a lease for that, takes a process for frozen, or gives up a call. */
    private static final List<String> SETTINGS = List.of(
            "coord.lease.renew-deadline=8s",
            "coord.lease.stale-threshold=10s",
            "coord.participant-expiry=60s",
            "coord.handler-grace=20s",
            "coord.start-timeout=60s",
            "coord.close-timeout=60s",
            "coord.store.h2.owner-stale-threshold=10s",
            "coord.store.call-timeout=30s",
            "coord.mesh.unresponsive-after=10s",
            "coord.mesh.connect-timeout=30s",
            "coord.mesh.call-timeout=60s",
            "coord.world.submit-timeout=60s");

    private Patience() {}

    /** Properties of an application on {@code directory}, and {@code more}. */
    public static String[] properties(Path directory, String... more) {
        return Stream.concat(Stream.concat(Stream.of("coord.dir=" + directory), SETTINGS.stream()), Stream.of(more))
                .toArray(String[]::new);
    }

    /** The same for a command line, each after {@code prefix}. */
    public static List<String> flags(String prefix, Path directory) {
        return Stream.of(properties(directory)).map(prefix::concat).toList();
    }

    /** Without a directory. */
    public static List<String> flags(String prefix) {
        return SETTINGS.stream().map(prefix::concat).toList();
    }
}
