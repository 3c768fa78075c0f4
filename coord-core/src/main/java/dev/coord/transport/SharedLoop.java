package dev.coord.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The threads that all transports of this process share, however many groups it is in. They are there as long as one uses them. */
final class SharedLoop {
    static final int THREADS = 2;

    private static final Object SHARED = new Object();
    private static @Nullable EventLoopGroup shared;
    private static int users;

    private SharedLoop() {}

    /** Begins to use them. */
    static EventLoopGroup use() {
        synchronized (SHARED) {
            EventLoopGroup present = shared;
            if (present == null) {
                // Each begins with its first connection.
                present = new MultiThreadIoEventLoopGroup(
                        THREADS, new DefaultThreadFactory("coord-transport", true), NioIoHandler.newFactory());
                shared = present;
            }
            users++;
            return present;
        }
    }

    /** Ends a use of {@code loop}; the last one ends the threads, and with them all connections that are left. */
    static void release(EventLoopGroup loop) {
        synchronized (SHARED) {
            users--;
            if (users > 0) {
                return;
            }
            shared = null;
        }
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
