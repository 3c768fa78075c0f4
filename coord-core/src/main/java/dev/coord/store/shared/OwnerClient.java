package dev.coord.store.shared;

import dev.coord.IncompatibleVersionException;
import dev.coord.StoreException;
import dev.coord.StoreUnavailableException;
import dev.coord.proto.StoreRequest;
import dev.coord.proto.StoreResponse;
import dev.coord.time.Deadline;
import dev.coord.time.NanoClock;
import dev.coord.transport.unix.UnixTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A store that does no more than ask the owner that there is. It has no lock, no socket and no file in the directory, never opens
 * the database itself, and replaces nobody who is frozen: whoever looks in from outside leaves things as they are.
 */
final class OwnerClient extends OutsideStore {
    private static final long LOOK_MILLIS = 5;

    private final Duration callTimeout;
    private final UnixTransport transport;
    private @Nullable OwnerLink link;
    private @Nullable Endpoint dialled;
    private boolean closed;

    OwnerClient(SharedDirectory directory, Duration callTimeout) {
        super(directory);
        this.callTimeout = callTimeout;
        this.transport = new UnixTransport(directory.root());
    }

    @Override
    StoreResponse call(StoreRequest asked) {
        StoreRequest request = directory.names().shared(asked);
        Deadline deadline = Deadline.in(callTimeout);
        Throwable last = null;
        try {
            while (!deadline.isOver()) {
                OwnerLink ready = await(deadline);
                if (ready == null) {
                    break;
                }
                try {
                    return answer(ready.execute(request, Math.max(1, deadline.leftNanos())));
                } catch (NotOwnerException e) {
                    last = e;
                    drop(ready);
                } catch (TimeoutException e) {
                    last = e;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            last = e;
        } catch (IOException e) {
            throw new StoreException(directory.root() + " cannot be read: " + e, e);
        }
        throw new StoreUnavailableException(
                "No process that has the database in " + directory.root() + " open answered "
                        + request.getOperationCase()
                        + " within " + callTimeout.toMillis() + " ms" + whoWasAsked()
                        + ". Try again, or see whether the processes of the directory are frozen",
                last);
    }

    private synchronized String whoWasAsked() {
        Endpoint asked = dialled;
        return asked == null ? "" : "; the last one that was asked is process " + asked.pid() + " at " + asked.socket();
    }

    /** Waits for an owner that serves; null if there is none in time. */
    private synchronized @Nullable OwnerLink await(Deadline deadline) throws IOException, InterruptedException {
        while (!deadline.isOver()) {
            if (closed) {
                throw new StoreUnavailableException("The store of " + directory.root() + " is closed", null);
            }
            OwnerLink now = link;
            if (now != null && now.isEnded()) {
                drop(now);
                now = null;
            }
            if (now == null) {
                now = dial();
            }
            if (now != null && now.isReady()) {
                return now;
            }
            IncompatibleVersionException refusal = now == null ? null : now.refusal();
            if (refusal != null) {
                throw refusal;
            }
            // A link that becomes ready, or ends, tells it.
            TimeUnit.MILLISECONDS.timedWait(this, LOOK_MILLIS);
        }
        return null;
    }

    private @Nullable OwnerLink dial() throws IOException {
        OptionalLong epoch = EpochFile.read(directory);
        if (epoch.isEmpty()) {
            return null;
        }
        Optional<Endpoint> endpoint = Endpoint.read(directory, epoch.getAsLong());
        if (endpoint.isEmpty()
                || LifeLocks.isProvenDead(directory, endpoint.get().lifeToken())) {
            return null;
        }
        dialled = endpoint.get();
        OwnerLink made = OwnerLink.dial(
                epoch.getAsLong(),
                endpoint.get(),
                transport,
                "process " + ProcessHandle.current().pid() + ", which only asks,",
                NanoClock.system(),
                NanoClock.system().nanoTime(),
                board::publish,
                this::wake);
        link = made;
        return made;
    }

    private synchronized void wake() {
        notifyAll();
    }

    private synchronized void drop(OwnerLink over) {
        if (link == over) {
            link = null;
        }
        over.close();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            if (link != null) {
                drop(link);
            }
        }
        transport.close();
    }
}
