package dev.coord.store;

import java.time.Duration;
import java.util.Optional;

/**
 * What is known of an external database, as of the last answer. It has no password.
 *
 * @param url where it is, without what follows a question mark: names and passwords may be there
 * @param server its name and version; empty before the first answer
 * @param timeline another one whenever it may have gone back, see {@code dev.coord.store.jdbc.Dialect#timeline}; 0 before the first answer
 * @param session what the session of this process is
 * @param sinceAnswer how long ago it last answered; empty before the first answer
 * @param connections how many connections to it this process has open, the session included
 * @param maxConnections how many it has open at most
 */
public record DatabaseState(
        String url,
        String server,
        long timeline,
        Session session,
        Optional<Duration> sinceAnswer,
        int connections,
        int maxConnections) {
    /** The one long-lived connection that tells of the commits of others, and holds the life lock. */
    public enum Session {
        /** It is there. */
        OPEN,
        /** It ended, or was never there; it is tried again and again. */
        CLOSED,
        /** Switched off: the database is asked now and then. */
        OFF
    }
}
