package dev.coord.store.shared;

import dev.coord.CoordException;
import dev.coord.time.NanoClock;
import dev.coord.transport.PrivateServer;
import dev.coord.work.Trouble;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the files by which a process is found, and counts as alive. Those that somebody removed are made again; now and then
 * all of them are touched, because cleaners remove what looks unused for some days.
 */
final class Upkeep implements Runnable {
    static final Duration INTERVAL = Duration.ofMillis(250);

    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final int TOUCH_EVERY = (int) Duration.ofHours(1).dividedBy(INTERVAL);

    private final List<Kept> kept;
    private int round;

    /** Something that can be removed, and made again. */
    private interface Restorable {
        /** Says whether it had to be made again. */
        boolean restore() throws IOException;
    }

    private interface Touchable {
        void touch() throws IOException;
    }

    private static final class Kept {
        private final String what;
        private final Restorable file;
        private final Touchable touch;
        private final Trouble trouble;
        private volatile @Nullable String problem;

        Kept(String what, Restorable file, Touchable touch, NanoClock clock) {
            this.what = what;
            this.file = file;
            this.touch = touch;
            this.trouble = new Trouble(LOG, "Keeping " + what, clock);
        }

        void keep(boolean alsoTouch) {
            try {
                if (file.restore()) {
                    LOG.warn("{} was removed while in use, and is made again", what);
                } else if (alsoTouch) {
                    touch.touch();
                }
                problem = null;
                trouble.worked();
            } catch (IOException | CoordException e) {
                problem = what + " was removed, and cannot be made again: "
                        + (e instanceof CoordException ? e.getMessage() : e.toString());
                trouble.failed(e);
            }
        }
    }

    Upkeep(SharedDirectory directory, EpochFile epochs, LifeLocks lifeLocks, PrivateServer server, NanoClock clock) {
        this.kept = List.of(
                new Kept("the epoch file " + directory.epochFile(), epochs::restore, epochs::touch, clock),
                new Kept("this process's lock file " + lifeLocks.token(), lifeLocks::restore, lifeLocks::touch, clock),
                new Kept("this process's socket " + server.address(), server::restore, server::touch, clock));
    }

    @Override
    public void run() {
        round++;
        boolean alsoTouch = round % TOUCH_EVERY == 0;
        kept.forEach(file -> file.keep(alsoTouch));
    }

    /** What cannot be made again, in words. */
    List<String> problems() {
        return kept.stream().flatMap(file -> Stream.ofNullable(file.problem)).toList();
    }
}
