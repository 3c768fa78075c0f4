package dev.coord.transport.tls;

import dev.coord.work.Workers;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads for what takes long about connecting: the cryptography of handshakes, which strangers may begin many of, and host
 * names. The threads of the transports have leases to renew meanwhile.
 */
final class HandshakeThreads {
    private static final int THREADS = 2;
    private static final int REST_SECONDS = 5;

    /** They belong to the process, and go when they have nothing to do. */
    static final Executor EXECUTOR = pool();

    private HandshakeThreads() {}

    private static Executor pool() {
        var pool = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                REST_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                work -> Workers.daemon("coord-handshake", work));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
