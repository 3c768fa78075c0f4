package dev.coord.transport.tls;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Sits in front of a server, and has each connection begin with a handshake: without a certificate of the group nobody is let in. */
@Sharable
final class Acceptor extends ChannelInboundHandlerAdapter {
    private final Supplier<SSLEngine> engines;
    private final Optional<String> name;
    private final Duration timeout;
    private final ConnectionLog log;

    /**
     * @param engines make that of the server's end of one connection
     * @param name what the certificates of others must have
     * @param timeout how long a handshake may take
     */
    Acceptor(Supplier<SSLEngine> engines, Optional<String> name, Duration timeout, ConnectionLog log) {
        this.engines = engines;
        this.name = name;
        this.timeout = timeout;
        this.log = log;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Channel connection) {
            try {
                var handshake = new SslHandler(engines.get(), HandshakeThreads.EXECUTOR);
                handshake.setHandshakeTimeoutMillis(timeout.toMillis());
                connection.pipeline().addLast(handshake, new Gate());
            } catch (RuntimeException e) {
                // Not into the server without one.
                log.failed(
                        "Refused a connection from " + connection.remoteAddress(),
                        "",
                        "no handshake is possible: " + e);
                connection.unsafe().closeForcibly();
                return;
            }
        }
        context.fireChannelRead(message);
    }

    /** Stays between handshake and server until it is over, and keeps what went wrong in it from the server. */
    private final class Gate extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
                context.fireUserEventTriggered(event);
            } else if (!handshake.isSuccess()) {
                failed(context.channel(), handshake.cause());
            } else {
                Optional<String> wrong = wrongName(context);
                if (wrong.isEmpty()) {
                    context.pipeline().remove(this);
                } else {
                    refused(context.channel(), wrong.get());
                    end(context);
                }
            }
        }

        /** Java's own check is for clients alone. */
        private Optional<String> wrongName(ChannelHandlerContext context) {
            if (name.isEmpty()) {
                return Optional.empty();
            }
            try {
                var session = context.pipeline().get(SslHandler.class).engine().getSession();
                Certificate certificate = session.getPeerCertificates()[0];
                List<String> names =
                        certificate instanceof X509Certificate known ? CertificateNames.of(known) : List.of();
                return CertificateNames.contain(names, name.get())
                        ? Optional.empty()
                        : Optional.of(
                                "the names of the other end's certificate are " + names + ", and not " + name.get());
            } catch (SSLPeerUnverifiedException e) {
                return Optional.of(Refusal.reason(e));
            }
        }

        /** Only from those who were refused, and have not noticed it yet. */
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            // The handshake's, which was told already; and what the kernel says of a connection that has ended.
            end(context);
        }

        private void end(ChannelHandlerContext context) {
            var unused = context.close();
        }

        private void failed(Channel connection, Throwable why) {
            // It may have gone away: a probe of a load balancer, for instance, or this process made room for others.
            if (!(why instanceof ClosedChannelException)) {
                refused(connection, Refusal.reason(why));
            }
        }

        private void refused(Channel connection, String why) {
            SocketAddress remote = connection.remoteAddress();
            String host = remote instanceof InetSocketAddress inet ? inet.getHostString() : String.valueOf(remote);
            log.failed("Refused a connection from " + remote + " to " + connection.localAddress(), host, why);
        }
    }
}
