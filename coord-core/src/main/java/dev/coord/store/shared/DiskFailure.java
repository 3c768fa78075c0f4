package dev.coord.store.shared;

import dev.coord.store.journal.ForceFailedException;
import dev.coord.store.journal.NoSpaceException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.function.Predicate;

/** What it says of a disk that something failed with a database on it. */
final class DiskFailure {
    private DiskFailure() {}

    /** Whether forcing failed: what the kernel has in memory may never reach the disk, and forcing it again says nothing of it. */
    static boolean isForcing(Throwable why) {
        return isAny(why, ForceFailedException.class::isInstance);
    }

    /** Whether there was no space: what was written before is there. */
    private static boolean isNoSpace(Throwable why) {
        return isAny(why, NoSpaceException::isNoSpace);
    }

    /** Whether reading or writing failed, and not what was to be done with it. */
    static boolean isDisk(Throwable why) {
        return isAny(
                why,
                cause -> cause instanceof SQLException
                        || (cause instanceof IOException && !(cause instanceof NoSuchFileException)));
    }

    /** Whether only a copy of it all, which is forced, may be gone on with. */
    static boolean isDoubtful(Throwable why) {
        return isForcing(why) || (isDisk(why) && !isNoSpace(why));
    }

    /** What {@code why} says, and what it comes from. */
    static String reason(Throwable why) {
        Throwable origin = why;
        while (origin.getCause() != null) {
            origin = origin.getCause();
        }
        String said = message(why);
        String from = message(origin);
        return said.contains(from) ? said : said + " (" + from + ")";
    }

    private static String message(Throwable why) {
        return why.getMessage() == null ? why.toString() : why.getMessage();
    }

    private static boolean isAny(Throwable why, Predicate<Throwable> kind) {
        for (Throwable cause = why; cause != null; cause = cause.getCause()) {
            if (kind.test(cause)) {
                return true;
            }
        }
        return false;
    }
}
