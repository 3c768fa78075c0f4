package dev.coord.transport;

import dev.coord.ParticipantId;
import io.grpc.EquivalentAddressGroup;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the transports have in common: gRPC with Netty's NIO channels, which need no native code. Two threads serve all the channels
 * and servers of this process, whatever their transport, so handlers that run on them must not block.
 *
 * <p>A transport says what its connections are made of. What they are wrapped in, to encrypt them for instance, and who is let in, is
 * done by handlers in the pipelines of the channels that it makes: gRPC itself sees plain connections, and calls whose authority is
 * not about them.
 */
public abstract class NettyTransport implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(NettyTransport.class);
    private static final int HANDSHAKE_SECONDS = 10;

    private final EventLoopGroup loop = SharedLoop.use();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** A channel that is not connected yet, with the handlers that belong between the network and gRPC. */
    protected abstract Channel connecting();

    /**
     * What a {@link #connecting} channel connects to in order to reach {@code address}. Runs on a thread of this transport, and must
     * not block.
     *
     * @throws IOException if this transport does not reach addresses of that kind
     */
    protected abstract SocketAddress remote(Address address) throws IOException;

    /** What {@code channel} and {@code server} need besides, as options of their sockets. */
    protected abstract void configure(NettyChannelBuilder channel);

    @Override
    public final ManagedChannelBuilder<?> participant(Address address, ParticipantId participant) {
        return channel(ParticipantAddress.of(address, participant));
    }

    @Override
    public final ManagedChannel process(Address address) {
        return channel(ParticipantAddress.process(address)).directExecutor().build();
    }

    private NettyChannelBuilder channel(ParticipantAddress address) {
        return configured(NettyChannelBuilder.forAddress(address))
                // The default authority is the address, which strict servers refuse.
                .overrideAuthority(address.authority());
    }

    @Override
    public final ManagedChannelBuilder<?> target(String target) {
        return configured(NettyChannelBuilder.forTarget(target));
    }

    @Override
    public final EquivalentAddressGroup resolved(Address address, ParticipantId participant) {
        return ParticipantAddress.of(address, participant).group();
    }

    private NettyChannelBuilder configured(NettyChannelBuilder channel) {
        channel.channelFactory(this::dialling).eventLoopGroup(loop).usePlaintext();
        configure(channel);
        return channel;
    }

    private Channel dialling() {
        Channel channel = connecting();
        channel.pipeline().addLast(new ParticipantAddress.Connector(this::remote));
        return channel;
    }

    /**
     * A server that is bound to {@code local}, to be started; handlers run on the event loop where nothing else is said.
     *
     * @param channels make the channel that listens, with the handlers that say who is let in
     */
    protected final NettyServerBuilder server(
            SocketAddress local,
            ChannelFactory<? extends ServerChannel> channels,
            AuthorityHandlerRegistry handlers,
            int maxMessageSize) {
        BrokenStreams.quiet();
        return NettyServerBuilder.forAddress(local)
                .channelFactory(channels)
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .directExecutor()
                // A connection that says nothing is closed.
                .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
                .maxInboundMessageSize(maxMessageSize)
                .fallbackHandlerRegistry(handlers)
                .callExecutor(new ServerCallExecutorSupplier() {
                    @Override
                    public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
                        return handlers.executor(call, headers);
                    }
                });
    }

    /** The threads of all transports, for channels that this one makes besides gRPC's. */
    protected final EventLoopGroup loop() {
        return loop;
    }

    @Override
    public final void whenWentRound(Runnable task) {
        var going = new AtomicInteger(SharedLoop.THREADS);
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
    public final void close() {
        if (closed.compareAndSet(false, true)) {
            SharedLoop.release(loop);
        }
    }
}
