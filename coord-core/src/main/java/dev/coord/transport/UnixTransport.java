package dev.coord.transport;

import dev.coord.ParticipantId;
import io.grpc.EquivalentAddressGroup;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * gRPC over Unix sockets with Netty's NIO channels, which need no native code. Two threads serve all the channels and servers
 * of a transport, so handlers that run on it must not block.
 */
public final class UnixTransport implements AutoCloseable {
    /** Of calls that name no participant. */
    public static final String AUTHORITY = "coord";

    private static final int HANDSHAKE_SECONDS = 10;
    private static final int THREADS = 2;
    /** To one server: many times what a large group needs, and few enough for a usual limit of open files. */
    static final int MAX_CONNECTIONS = 1024;

    private static final Logger LOG = LoggerFactory.getLogger(UnixTransport.class);

    private final EventLoopGroup loop;

    /** A transport whose threads are named after {@code name}. */
    public UnixTransport(String name) {
        this.loop = new MultiThreadIoEventLoopGroup(
                THREADS, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
    }

    /**
     * For a channel to whatever {@code target} resolves to, in a scheme that resolves to participants, see {@link #participant}.
     */
    public NettyChannelBuilder target(String target) {
        return configure(NettyChannelBuilder.forTarget(target));
    }

    /** The address of {@code participant}, one of those that listen on {@code socket}, for name resolvers. */
    public static EquivalentAddressGroup participant(Path socket, ParticipantId participant) {
        return ParticipantAddress.group(socket, participant);
    }

    /** For a channel to {@code participant}, one of those that listen on {@code socket}. It dials when it is first used. */
    public NettyChannelBuilder address(Path socket, ParticipantId participant) {
        return address(socket).overrideAuthority(ParticipantAddress.authority(participant));
    }

    /** The same to the process that listens on {@code socket}. */
    private NettyChannelBuilder address(Path socket) {
        return configure(NettyChannelBuilder.forAddress(ParticipantAddress.process(socket)))
                // The default authority is the address, which strict servers refuse.
                .overrideAuthority(AUTHORITY);
    }

    /** A channel to the process that listens on {@code socket}, whose callbacks run on the event loop and must not block. */
    public ManagedChannel channel(Path socket) {
        return address(socket).directExecutor().build();
    }

    private NettyChannelBuilder configure(NettyChannelBuilder channel) {
        return channel.channelFactory(UnixTransport::connecting)
                .eventLoopGroup(loop)
                .usePlaintext()
                // grpc-java sets this for TCP; a Unix socket would log a warning at each connection.
                .withOption(ChannelOption.SO_KEEPALIVE, null);
    }

    /**
     * A server on {@code socket}, which must not exist yet; add services, then start it. Handlers run on the event loop.
     */
    NettyServerBuilder server(Path socket, Listener listener) {
        BrokenStreams.quiet();
        return NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .channelFactory(listener::channel)
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .directExecutor()
                .withChildOption(ChannelOption.SO_KEEPALIVE, null)
                // A connection that says nothing is closed.
                .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS);
    }

    private static NioDomainSocketChannel connecting() {
        var channel = new NioDomainSocketChannel();
        channel.pipeline().addLast(new ParticipantAddress.Connector());
        return channel;
    }

    /** Where connections to one server come from; only those of processes of {@code user}. */
    Listener listener(UserPrincipal user) {
        return new Listener(loop, user, MAX_CONNECTIONS);
    }

    /**
     * Runs {@code task} when each thread of this transport has looked at its connections once more, so that whatever had arrived
     * was handed to its callbacks. Never if it is closed before.
     */
    public void whenWentRound(Runnable task) {
        var going = new AtomicInteger(THREADS);
        for (EventExecutor thread : loop) {
            try {
                // What waits runs before the next look, and what is due later after it.
                thread.execute(() -> {
                    var unused = thread.schedule(
                            () -> {
                                if (going.decrementAndGet() == 0) {
                                    task.run();
                                }
                            },
                            1,
                            TimeUnit.MILLISECONDS);
                });
            } catch (RejectedExecutionException e) {
                LOG.trace("Closing", e);
            }
        }
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
