package dev.coord.testing;

import dev.coord.transport.Address;
import dev.coord.transport.Transport;
import dev.coord.transport.tls.NetworkEndpoint;
import dev.coord.transport.tls.NetworkSettings;
import dev.coord.transport.tls.TlsIdentity;
import dev.coord.transport.unix.UnixTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** What a mesh can be built on. */
public enum TestTransport {
    UNIX {
        @Override
        public Transport in(Path directory) {
            return new UnixTransport(directory);
        }

        @Override
        public ServerSocketChannel bind(Path directory) throws IOException {
            return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                    .bind(UnixDomainSocketAddress.of(directory.resolve("bound.sock")));
        }
    },
    TLS {
        @Override
        public Transport in(Path directory) {
            return new NetworkEndpoint(local(IDENTITY)).transport();
        }

        @Override
        public ServerSocketChannel bind(Path directory) throws IOException {
            return ServerSocketChannel.open().bind(new InetSocketAddress("localhost", 0));
        }
    };

    /** All of this JVM are of one group. */
    private static final TlsIdentity IDENTITY = new Certificates("the authority of the tests").identity();

    /** One for a participant; those in {@code directory} reach each other. */
    public abstract Transport in(Path directory);

    /** A socket of the same kind that nobody accepts connections on. */
    public abstract ServerSocketChannel bind(Path directory) throws IOException;

    /** Where {@code channel} is bound. */
    public static Address address(ServerSocketChannel channel) throws IOException {
        return channel.getLocalAddress() instanceof UnixDomainSocketAddress unix
                ? Address.unix(unix.getPath())
                : Address.network("localhost", channel.socket().getLocalPort());
    }

    /** A connection on which nothing was said yet. */
    public static SocketChannel connect(Address to) throws IOException {
        return SocketChannel.open(to.path()
                .<SocketAddress>map(UnixDomainSocketAddress::of)
                .orElseGet(() -> new InetSocketAddress(to.host(), to.port())));
    }

    /** On this machine alone, at a free port. */
    public static NetworkSettings local(TlsIdentity identity) {
        return NetworkSettings.tls(() -> identity).withAddress("localhost:0");
    }
}
