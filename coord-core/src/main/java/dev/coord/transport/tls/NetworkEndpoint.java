package dev.coord.transport.tls;

import dev.coord.time.NanoClock;
import dev.coord.transport.Address;
import dev.coord.transport.AuthorityHandlerRegistry;
import dev.coord.transport.Transport;
import io.grpc.Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's place in the network: one server, which all groups of the process share, and what its connections prove and demand. It
 * listens as long as somebody uses it. Safe for use by many threads.
 */
public final class NetworkEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkEndpoint.class);
    private static final String HTTP_2 = "h2";
    private static final int MOST_PROBLEMS = 256;

    private static final Duration HANDSHAKE = Duration.ofSeconds(10);

    private final NetworkSettings settings;
    private final Duration handshake;
    private final ConnectionLog log = new ConnectionLog(NanoClock.system());
    private final Map<String, Integer> failures = new ConcurrentHashMap<>();
    /** Those of last attempts, the latest at the end. */
    private final Map<String, String> problems = new LinkedHashMap<>();

    private @Nullable Listening listening;
    private int users;
    private boolean warned;

    /** A server that was started, what it serves, and the largest message that it accepts. */
    private record Listening(Server server, AuthorityHandlerRegistry handlers, Address address, int maxMessageSize) {}

    /** One that does not listen yet. */
    public NetworkEndpoint(NetworkSettings settings) {
        this(settings, HANDSHAKE);
    }

    /** @param handshake how long a handshake may take */
    NetworkEndpoint(NetworkSettings settings, Duration handshake) {
        this.settings = settings;
        this.handshake = handshake;
    }

    /** For one group: what listens here, and reaches the others. Close it when the group is left. */
    public Transport transport() {
        return new TlsTransport(this);
    }

    /**
     * A use of the server, which listens from the first one on.
     *
     * @param towards hosts that the others are found beyond, if an address has to be chosen
     */
    synchronized TlsServer listen(TlsTransport transport, List<String> towards, int maxMessageSize) throws IOException {
        Listening present = listening;
        if (present == null) {
            present = start(transport, towards, maxMessageSize);
            listening = present;
        } else if (present.maxMessageSize() != maxMessageSize) {
            throw new IOException(
                    present.address() + " is listened at for messages of up to " + present.maxMessageSize()
                            + " bytes, not " + maxMessageSize + ": all groups of a process need the same limit");
        }
        users++;
        return new TlsServer(this, present.server(), present.handlers(), present.address());
    }

    private Listening start(TlsTransport transport, List<String> towards, int maxMessageSize) throws IOException {
        InetSocketAddress place = place();
        var handlers = new AuthorityHandlerRegistry();
        Server server = transport
                .server(
                        place,
                        settings.identity().isPresent()
                                ? new Acceptor(this::serverEngine, settings.serverName(), handshake, log)
                                : null,
                        handlers,
                        maxMessageSize)
                .build();
        try {
            server.start();
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on " + place + ": " + reason(e)
                            + ". Set an address of this machine, and a port that is free",
                    e);
        }
        Address address = advertised(place.getAddress(), towards, server.getPort());
        if (settings.identity().isEmpty() && !warned) {
            warned = true;
            LOG.warn(
                    "The mesh listens on {} without TLS: whoever reaches that port is let in, and reads what is said",
                    server.getListenSockets());
        }
        LOG.info("The mesh listens on {}, and is reached at {}", server.getListenSockets(), address);
        return new Listening(server, handlers, address, maxMessageSize);
    }

    private static String reason(IOException failure) {
        Throwable cause = failure.getCause();
        return String.valueOf((cause == null ? failure : cause).getMessage());
    }

    private InetSocketAddress place() throws IOException {
        if (!settings.host().isEmpty()) {
            return new InetSocketAddress(InetAddress.getByName(settings.host()), settings.port());
        }
        return settings.identity().isPresent()
                ? new InetSocketAddress(settings.port())
                : new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port());
    }

    private Address advertised(InetAddress bound, List<String> towards, int port) {
        return settings.advertised()
                .map(address -> NetworkSettings.advertised(address, port))
                .orElseGet(() -> Address.network(host(bound, towards), port));
    }

    private String host(InetAddress bound, List<String> towards) {
        if (bound.isAnyLocalAddress()) {
            return OwnAddress.towards(towards).getHostAddress();
        }
        return settings.host().isEmpty() ? bound.getHostAddress() : settings.host();
    }

    /** One use is over; the last one ends the server. */
    synchronized boolean release() {
        users--;
        if (users == 0) {
            listening = null;
        }
        return users == 0;
    }

    /** For the server's end of a connection, which may be anybody's. */
    private SSLEngine serverEngine() {
        TlsIdentity identity = identity();
        SSLEngine engine = identity.context().createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = parameters(engine, identity);
        parameters.setNeedClientAuth(true);
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** For the client's end of a connection to {@code remote}. */
    private SSLEngine clientEngine(InetSocketAddress remote) {
        TlsIdentity identity = identity();
        SSLEngine engine = identity.context()
                .createSSLEngine(settings.serverName().orElseGet(remote::getHostString), remote.getPort());
        engine.setUseClientMode(true);
        SSLParameters parameters = parameters(engine, identity);
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        return engine;
    }

    private TlsIdentity identity() {
        return settings.identity().map(Supplier::get).orElseThrow();
    }

    private static SSLParameters parameters(SSLEngine engine, TlsIdentity identity) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(identity.protocols().toArray(String[]::new));
        if (!identity.ciphers().isEmpty()) {
            parameters.setCipherSuites(identity.ciphers().toArray(String[]::new));
        }
        parameters.setApplicationProtocols(new String[] {HTTP_2});
        return parameters;
    }

    /** For a connection to another process. */
    Dialler dialler() {
        return new Dialler(
                settings.identity().isPresent() ? this::clientEngine : null, handshake, new Dialler.Outcomes() {
                    @Override
                    public void connected(InetSocketAddress to) {
                        solved(name(to));
                    }

                    @Override
                    public int failuresOf(InetSocketAddress to) {
                        return failures.getOrDefault(name(to), 0);
                    }

                    @Override
                    public void unreachable(InetSocketAddress to, Throwable why) {
                        if (why instanceof ClosedChannelException) {
                            LOG.debug("The connection to {} was closed here before it was made", name(to), why);
                            return;
                        }
                        if (failures.size() > MOST_PROBLEMS) {
                            failures.clear();
                        }
                        failures.merge(name(to), 1, Integer::sum);
                        LOG.debug("Could not connect to {}", name(to), why);
                        failed(name(to), why.getMessage() == null ? why.toString() : why.getMessage());
                    }

                    @Override
                    public void refused(InetSocketAddress to, String why) {
                        log.failed("Could not connect to " + name(to), name(to), why);
                        failed(name(to), why);
                    }
                });
    }

    private static String name(InetSocketAddress to) {
        return Address.network(to.getHostString(), to.getPort()).toString();
    }

    private void failed(String to, String why) {
        synchronized (problems) {
            problems.remove(to);
            problems.put(to, why);
            if (problems.size() > MOST_PROBLEMS) {
                problems.remove(problems.keySet().iterator().next());
            }
        }
    }

    private void solved(String to) {
        synchronized (problems) {
            problems.remove(to);
        }
    }

    /** Why the last attempt to connect to {@code address} failed; empty if it did not. */
    Optional<String> problem(Address address) {
        synchronized (problems) {
            return Optional.ofNullable(problems.get(address.toString()));
        }
    }
}
