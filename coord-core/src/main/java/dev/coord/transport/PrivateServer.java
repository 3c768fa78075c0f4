package dev.coord.transport;

import dev.coord.ParticipantId;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A private gRPC server of this process: who may connect, is for its transport to say. The participants of the process share it:
 * the authority of a call says which of them is meant.
 */
public abstract class PrivateServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PrivateServer.class);

    private final Server server;
    private final AuthorityHandlerRegistry handlers;

    /**
     * @param server was started
     * @param handlers of {@code server}
     */
    protected PrivateServer(Server server, AuthorityHandlerRegistry handlers) {
        this.server = server;
        this.handlers = handlers;
    }

    /**
     * Where the others reach it, for the registry and the lease. It stays the same for as long as the server is open, and need not
     * be where the server is bound.
     */
    public abstract Address address();

    /**
     * Serves {@code service} from now on to whoever calls this process, in place of one with the same name.
     *
     * @param executor runs its handlers; one that runs them on the calling thread is for handlers that never block
     */
    public final void add(ServerServiceDefinition service, Executor executor) {
        handlers.add(service, executor);
    }

    /**
     * Serves {@code service} to those who call {@code participant}, one of this process. Callers that name no participant get the
     * one that came first.
     *
     * @param executor as above
     */
    public final void add(ParticipantId participant, ServerServiceDefinition service, Executor executor) {
        handlers.add(participant, service, executor);
    }

    /** Nothing is served for {@code participant} from now on: callers are told that it is not here. */
    public final void remove(ParticipantId participant) {
        handlers.remove(participant);
    }

    /**
     * Listens again at its address if something outside this process took it away, as by removing a socket's file. Connections that
     * there were go on meanwhile.
     *
     * @return whether that was needed
     * @throws IOException if it cannot listen, and the others cannot call this process: its message says why
     */
    public abstract boolean restore() throws IOException;

    /** Makes its address look used, for those who remove what is old. */
    public abstract void touch() throws IOException;

    /** Ends all connections, and gives up the address. */
    @Override
    public void close() {
        server.shutdownNow();
        try {
            if (!server.awaitTermination(1, TimeUnit.SECONDS)) {
                LOG.warn("The server at {} did not end within 1 s", address());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
