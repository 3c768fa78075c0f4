package dev.coord.transport.tls;

import dev.coord.transport.Address;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.AttributeKey;
import io.netty.util.NetUtil;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Sits next to the socket of a connection that is being made: finds the host, anew each time, because names move, and puts the
 * handshake between the socket and what is said over it.
 */
final class Dialler extends ChannelOutboundHandlerAdapter {
    private static final AttributeKey<Address> WANTED = AttributeKey.valueOf(Dialler.class, "wanted");

    private final @Nullable Function<InetSocketAddress, SSLEngine> engines;
    private final Duration timeout;
    private final Outcomes outcomes;

    /** Told, on the threads of the transport, what became of attempts to connect. */
    interface Outcomes {
        /** The other end has proven what it has to. */
        void connected(InetSocketAddress to);

        /** How often {@link #unreachable} was told of {@code to}: which of a host's addresses is tried next goes by it. */
        int failuresOf(InetSocketAddress to);

        /** Nobody took the connection. */
        void unreachable(InetSocketAddress to, Throwable why);

        /** One end did not take the other for one of the group. */
        void refused(InetSocketAddress to, String why);
    }

    /**
     * @param engines make that of the client's end of one connection; null for plain text
     * @param timeout how long a handshake may take
     */
    Dialler(@Nullable Function<InetSocketAddress, SSLEngine> engines, Duration timeout, Outcomes outcomes) {
        this.engines = engines;
        this.timeout = timeout;
        this.outcomes = outcomes;
    }

    /** Where {@code channel} was told to connect to; null if it was not yet. */
    static @Nullable Address wanted(Channel channel) {
        return channel.attr(WANTED).get();
    }

    /** Closes {@code channel} without a word to the other end, which would wait for its way. */
    static void cut(Channel channel) {
        ChannelHandlerContext own = channel.pipeline().context(Dialler.class);
        if (own != null) {
            var unused = own.close();
        }
    }

    @Override
    public void connect(
            ChannelHandlerContext context,
            SocketAddress remote,
            @Nullable SocketAddress local,
            ChannelPromise promise) {
        if (!(remote instanceof InetSocketAddress wanted)) {
            var unused = context.connect(remote, local, promise);
            return;
        }
        context.channel().attr(WANTED).set(Address.network(wanted.getHostString(), wanted.getPort()));
        byte[] number = NetUtil.createByteArrayFromIpAddressString(wanted.getHostString());
        if (number != null) {
            try {
                dial(context, wanted, InetAddress.getByAddress(number), promise);
            } catch (UnknownHostException e) {
                failed(wanted, promise, e);
            }
            return;
        }
        HandshakeThreads.LOOKUPS.execute(() -> {
            try {
                InetAddress[] all = InetAddress.getAllByName(wanted.getHostString());
                InetAddress next = all[Math.floorMod(outcomes.failuresOf(wanted), all.length)];
                context.executor().execute(() -> dial(context, wanted, next, promise));
            } catch (UnknownHostException | RejectedExecutionException e) {
                failed(wanted, promise, e);
            }
        });
    }

    private void dial(
            ChannelHandlerContext context, InetSocketAddress wanted, InetAddress found, ChannelPromise promise) {
        if (!context.channel().isOpen()) {
            // It was closed while its name was looked up.
            promise.tryFailure(new ClosedChannelException());
            return;
        }
        try {
            if (engines != null) {
                var handshake = new SslHandler(engines.apply(wanted), HandshakeThreads.EXECUTOR);
                handshake.setHandshakeTimeoutMillis(timeout.toMillis());
                context.pipeline().addAfter(context.name(), null, handshake);
                context.pipeline()
                        .addAfter(context.pipeline().context(handshake).name(), null, new Handshake(wanted));
            }
        } catch (RuntimeException e) {
            failed(wanted, promise, e);
            return;
        }
        // Not the promise itself: who waits for it looks for the reason.
        ChannelPromise dialled = context.newPromise();
        var unused = dialled.addListener(connected -> {
            if (connected.isSuccess()) {
                if (engines == null) {
                    outcomes.connected(wanted);
                }
                promise.trySuccess();
            } else {
                outcomes.unreachable(wanted, connected.cause());
                promise.tryFailure(connected.cause());
            }
        });
        var unusedToo = context.connect(new InetSocketAddress(found, wanted.getPort()), null, dialled);
    }

    private void failed(InetSocketAddress wanted, ChannelPromise promise, Exception why) {
        outcomes.unreachable(wanted, why);
        var failure = new ConnectException(wanted.getHostString() + ":" + wanted.getPort() + ": " + why);
        failure.initCause(why);
        promise.tryFailure(failure);
    }

    /** Tells what became of the handshake, and of a connection that the other end refuses after it. */
    private final class Handshake extends ChannelInboundHandlerAdapter {
        private final InetSocketAddress to;
        private boolean proven;

        Handshake(InetSocketAddress to) {
            this.to = to;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
                context.fireUserEventTriggered(event);
            } else if (handshake.isSuccess()) {
                proven = true;
            } else {
                outcomes.refused(
                        to,
                        handshake.cause() instanceof ClosedChannelException
                                ? "it ended the connection in the middle of the TLS handshake"
                                : Refusal.reason(handshake.cause()));
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            // With TLS 1.3 the other end's refusal comes only after the handshake has succeeded here.
            outcomes.connected(to);
            context.pipeline().remove(this);
            context.fireChannelRead(message);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (proven) {
                outcomes.refused(to, "the other end ended the connection after the handshake; its log may say why");
            }
            context.fireChannelInactive();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            if (failure instanceof SSLException || failure.getCause() instanceof SSLException) {
                proven = false;
                outcomes.refused(to, Refusal.reason(failure));
            }
            context.fireExceptionCaught(failure);
        }
    }
}
