package dev.coord.transport.tls;

import dev.coord.transport.Address;
import dev.coord.transport.AuthorityHandlerRegistry;
import dev.coord.transport.ConnectionLimit;
import dev.coord.transport.NettyTransport;
import dev.coord.transport.PrivateServer;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** TCP between the processes of a group, with mutual TLS unless its settings say otherwise. */
final class TlsTransport extends NettyTransport {
    /** A network that swallows packets ends no connection. gRPC allows no shorter time. */
    private static final int KEEP_ALIVE_SECONDS = 10;

    private static final int KEEP_ALIVE_TIMEOUT_SECONDS = 5;

    /** The kernel asks again after a second, and then more and more seldom: a later attempt is better. */
    private static final int CONNECT_MILLIS = 2000;

    private final NetworkEndpoint endpoint;
    private final Set<Channel> dialled = ConcurrentHashMap.newKeySet();
    private volatile List<String> towards = List.of();

    TlsTransport(NetworkEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public void towards(List<String> hosts) {
        towards = List.copyOf(hosts);
    }

    @Override
    public PrivateServer listen(int maxMessageSize) throws IOException {
        return endpoint.listen(this, towards, maxMessageSize);
    }

    @Override
    public boolean reaches(Address address) {
        return address.port() > 0;
    }

    @Override
    public Optional<String> problem(Address address) {
        return endpoint.problem(address);
    }

    @Override
    protected Channel connecting() {
        var channel = new NioSocketChannel();
        channel.pipeline().addLast(endpoint.dialler());
        dialled.add(channel);
        var unused = channel.closeFuture().addListener(closed -> dialled.remove(channel));
        return channel;
    }

    @Override
    public void abandon(Address address) {
        dialled.stream()
                .filter(channel -> address.equals(Dialler.wanted(channel)))
                .forEach(Dialler::cut);
    }

    @Override
    protected SocketAddress remote(Address address) throws IOException {
        if (!reaches(address)) {
            throw new ConnectException(address + " is no host and port, and this process reaches no others:"
                    + " all processes of a group need the same transport");
        }
        return InetSocketAddress.createUnresolved(address.host(), address.port());
    }

    @Override
    protected void configure(NettyChannelBuilder channel) {
        channel.withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    /** @param acceptor has each connection begin with a handshake; null for plain text */
    NettyServerBuilder server(
            InetSocketAddress place,
            @Nullable Acceptor acceptor,
            AuthorityHandlerRegistry handlers,
            int maxMessageSize) {
        return server(place, () -> accepting(acceptor), handlers, maxMessageSize)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveTime(KEEP_ALIVE_SECONDS / 2, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
    }

    private static ServerChannel accepting(@Nullable Acceptor acceptor) {
        var channel = new NioServerSocketChannel();
        if (acceptor != null) {
            channel.pipeline().addLast(acceptor);
        }
        // After it: who has only begun a handshake has said nothing yet.
        channel.pipeline().addLast(new ConnectionLimit());
        return channel;
    }
}
