package dev.coord.transport.tls;

import dev.coord.transport.Address;
import dev.coord.transport.AuthorityHandlerRegistry;
import dev.coord.transport.PrivateServer;
import io.grpc.Server;
import java.util.concurrent.atomic.AtomicBoolean;

/** A use of a process's server in the network, which stays as long as there is another one. */
final class TlsServer extends PrivateServer {
    private final NetworkEndpoint endpoint;
    private final Address address;
    private final AtomicBoolean closed = new AtomicBoolean();

    TlsServer(NetworkEndpoint endpoint, Server server, AuthorityHandlerRegistry handlers, Address address) {
        super(server, handlers);
        this.endpoint = endpoint;
        this.address = address;
    }

    @Override
    public Address address() {
        return address;
    }

    /** Nobody takes a port away from who listens on it. */
    @Override
    public boolean restore() {
        return false;
    }

    @Override
    public void touch() {}

    /** Ends all connections, and gives the port up, if this is the last use. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true) && endpoint.release()) {
            super.close();
        }
    }
}
