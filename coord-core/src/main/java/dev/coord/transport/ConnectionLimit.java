package dev.coord.transport;

import dev.coord.time.NanoClock;
import dev.coord.work.Trouble;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sits in front of a server so that connections do not use up the process's file descriptors: no more than {@value #MOST}. When there are too many, the one
 * that has said nothing for the longest time makes room; who speaks is let in however many keep silent.
 */
public final class ConnectionLimit extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimit.class);
    private static final int AFTER_FAILURE_SECONDS = 1;
    /** Many times what a large group needs, and few enough for a usual limit of open files. */
    public static final int MOST = 1024;

    /** In the order in which they came. */
    private final Set<Channel> silent = new LinkedHashSet<>();

    private final Trouble accepting = new Trouble(LOG, "Accepting connections", NanoClock.system());

    private int open;
    private boolean reported;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Channel connection) {
            accepting.worked();
            connection.pipeline().addLast(new Connection());
        }
        context.fireChannelRead(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        pause(context, failure);
    }

    /** Accepting failed, most likely because the process has no descriptor left: without a pause it would fail again at once. */
    public void pause(ChannelHandlerContext context, Throwable failure) {
        accepting.failed(
                new IOException(failure + ". If too many files are open, raise the limit (ulimit -n)", failure));
        ChannelConfig config = context.channel().config();
        config.setAutoRead(false);
        var unused = context.channel()
                .eventLoop()
                .schedule(() -> config.setAutoRead(true), AFTER_FAILURE_SECONDS, TimeUnit.SECONDS);
    }

    private final class Connection extends ChannelInboundHandlerAdapter {
        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            Channel connection = context.channel();
            var unused = connection.closeFuture().addListener(closed -> closed(connection));
            opened(connection).ifPresent(ConnectionLimit::close);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            spoke(context.channel());
            context.pipeline().remove(this);
            context.fireChannelRead(message);
        }
    }

    /** Returns the connection that has to make room. */
    private synchronized Optional<Channel> opened(Channel connection) {
        open++;
        silent.add(connection);
        if (open <= MOST) {
            return Optional.empty();
        }
        if (!reported) {
            reported = true;
            LOG.warn(
                    "More than {} connections to {}: closing those that have said nothing for the longest time",
                    MOST,
                    connection.localAddress());
        }
        Channel oldest = silent.iterator().next();
        silent.remove(oldest);
        return Optional.of(oldest);
    }

    /** Past the handlers, which would take their leave of the other side first. */
    private static void close(Channel connection) {
        connection.eventLoop().execute(() -> connection.unsafe().close(connection.voidPromise()));
    }

    private synchronized void spoke(Channel connection) {
        silent.remove(connection);
    }

    private synchronized void closed(Channel connection) {
        silent.remove(connection);
        open--;
        reported = reported && open > MOST / 2;
    }
}
