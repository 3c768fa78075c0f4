package dev.coord.cli;

import dev.coord.CorruptStoreException;
import dev.coord.DirectoryException;
import dev.coord.InvalidSettingsException;
import dev.coord.StoreUnavailableException;

/** What the command line ends with. */
final class ExitCode {
    /** It is done; what was looked at is well. */
    static final int DONE = 0;
    /** It failed, for a reason that the message says. */
    static final int FAILED = 1;
    /** The command was not understood. */
    static final int USAGE = 2;
    /** A database, a journal, a backup or an export is damaged. */
    static final int DAMAGED = 3;
    /** It was refused, and nothing was changed. */
    static final int REFUSED = 4;
    /** The database, or whoever has it open, gave no answer in time. */
    static final int NO_ANSWER = 5;

    private ExitCode() {}

    static int of(Throwable failure) {
        if (failure instanceof CorruptStoreException) {
            return DAMAGED;
        }
        if (failure instanceof StoreUnavailableException) {
            return NO_ANSWER;
        }
        if (failure instanceof RefusedException
                || failure instanceof DirectoryException
                || failure instanceof InvalidSettingsException) {
            return REFUSED;
        }
        return FAILED;
    }
}
