package dev.coord.transport.unix;

import dev.coord.transport.Address;
import dev.coord.transport.AuthorityHandlerRegistry;
import dev.coord.transport.NettyTransport;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import org.jspecify.annotations.Nullable;

/**
 * Unix sockets in private directories. The permissions of socket and directory, and the kernel, which names the user of the process at
 * the other end, keep other users out.
 */
public final class UnixTransport extends NettyTransport {
    private final @Nullable Path directory;

    /** Listens in {@code directory}, or, where the path would be too long for a socket, in a new private directory with a short name. */
    public UnixTransport(Path directory) {
        this.directory = directory.toAbsolutePath();
    }

    /** Listens in a new private directory with a short name, which is gone when its server is closed. */
    public UnixTransport() {
        this.directory = null;
    }

    @Override
    public UnixServer listen(int maxMessageSize) throws IOException {
        Path place = directory;
        return place == null ? UnixServer.listen(this, maxMessageSize) : UnixServer.listen(this, place, maxMessageSize);
    }

    @Override
    public boolean reaches(Address address) {
        return address.path().isPresent();
    }

    @Override
    protected Channel connecting() {
        return new NioDomainSocketChannel();
    }

    @Override
    protected SocketAddress remote(Address address) throws IOException {
        return UnixDomainSocketAddress.of(address.path()
                .orElseThrow(
                        () -> new ConnectException(address + " is no Unix socket, and this process reaches no others:"
                                + " all processes of a group need the same transport")));
    }

    /** Without what grpc-java sets for TCP: a Unix socket would log a warning at each connection. */
    @Override
    protected void configure(NettyChannelBuilder channel) {
        channel.withOption(ChannelOption.SO_KEEPALIVE, null);
    }

    /** A server on {@code socket}, which must not exist yet. */
    NettyServerBuilder server(Path socket, Listener listener, AuthorityHandlerRegistry handlers, int maxMessageSize) {
        return server(UnixDomainSocketAddress.of(socket), listener::channel, handlers, maxMessageSize)
                .withChildOption(ChannelOption.SO_KEEPALIVE, null);
    }

    /** Where connections to one server come from; only those of processes of {@code user}. */
    Listener listener(UserPrincipal user) {
        return new Listener(loop(), user);
    }
}
