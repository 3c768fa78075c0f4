package dev.coord.transport;

import io.netty.handler.codec.http2.Http2Exception.StreamException;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Keeps one of gRPC's warnings out of the log, which has the stack trace of Netty's event loop: a connection ended while something
 * still waited to be written to it. That is what remains of a process that was frozen and killed, which is reported elsewhere, by
 * name; those who wrote are told that their calls are cancelled. What else goes wrong with a stream is logged as ever.
 */
final class BrokenStreams implements Filter {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(BrokenStreams.class);
    /** Held here, because the log manager alone would not hold it. */
    private static final Logger LOGGER = Logger.getLogger("io.grpc.netty.NettyServerHandler");

    private static final String UNWRITTEN = "Stream closed before write could take place";

    private final @Nullable Filter before;

    private BrokenStreams(@Nullable Filter before) {
        this.before = before;
    }

    /** For all servers of this JVM: gRPC has one logger for them. */
    static synchronized void quiet() {
        if (!(LOGGER.getFilter() instanceof BrokenStreams)) {
            LOGGER.setFilter(new BrokenStreams(LOGGER.getFilter()));
        }
    }

    @Override
    public boolean isLoggable(LogRecord entry) {
        if (entry.getThrown() instanceof StreamException broken
                && String.valueOf(broken.getMessage()).startsWith(UNWRITTEN)) {
            LOG.debug("A connection ended before all was written to it", broken);
            return false;
        }
        return before == null || before.isLoggable(entry);
    }
}
