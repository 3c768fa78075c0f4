package dev.coord.transport.unix;

import dev.coord.transport.ConnectionLimit;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections for a gRPC server: on the socket that the server made, and on those that are made later in its place because
 * somebody removed it. A socket without a name still has its connections, and is closed last: closing it removes the name.
 */
final class Listener {
    private static final int BIND_SECONDS = 5;

    private final EventLoopGroup loop;
    private final UserPrincipal user;
    private final ConnectionLimit limit;
    private final List<Channel> later = new ArrayList<>();
    private @Nullable Channel first;

    /** @param user whose processes may connect */
    Listener(EventLoopGroup loop, UserPrincipal user) {
        this.loop = loop;
        this.user = user;
        this.limit = new ConnectionLimit();
    }

    /** The server's own, which it binds. */
    synchronized ServerChannel channel() {
        var channel = new NioServerDomainSocketChannel();
        channel.pipeline().addLast(new PeerCheck(user), limit);
        first = channel;
        return channel;
    }

    /** Listens on {@code socket}, which must not exist, as well. */
    synchronized void listenAgain(Path socket) throws IOException {
        Channel server = first;
        if (server == null) {
            throw new IOException("The server was not started");
        }
        var channel = new NioServerDomainSocketChannel();
        channel.pipeline().addLast(new Forward(server));
        await(loop.register(channel), socket);
        await(channel.bind(UnixDomainSocketAddress.of(socket)), socket);
        later.add(channel);
    }

    private static void await(ChannelFuture done, Path socket) throws IOException {
        if (!done.awaitUninterruptibly(BIND_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("Listening on " + socket + " took more than " + BIND_SECONDS + " s");
        }
        Throwable failure = done.cause();
        if (failure != null) {
            var unused = done.channel().close();
            throw failure instanceof IOException e ? e : new IOException(failure);
        }
    }

    /** Ends what {@link #listenAgain} began. */
    synchronized void close() {
        for (Channel channel : later) {
            channel.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
        later.clear();
    }

    /** Hands connections to the server's own channel, which knows what to do with them. */
    private final class Forward extends ChannelInboundHandlerAdapter {
        private final Channel server;

        Forward(Channel server) {
            this.server = server;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            server.eventLoop().execute(() -> server.pipeline().fireChannelRead(message));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            limit.pause(context, failure);
        }
    }
}
