package dev.coord.transport.tls;

import dev.coord.work.Workers;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads for what takes long about connecting: the cryptography of handshakes, which strangers may begin many of, and host
 * names, for which a name server may not answer. The threads of the transports have leases to renew meanwhile.
 */
final class HandshakeThreads {
    private static final int THREADS = 2;
    private static final int REST_SECONDS = 5;

    /** They belong to the process, and go when they have nothing to do. */
    static final Executor EXECUTOR = pool("coord-handshake");

    /** Their own, so that a name server that is silent stops no handshake. */
    static final Executor LOOKUPS = pool("coord-lookup");

    private HandshakeThreads() {}

    private static Executor pool(String name) {
        var pool = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                REST_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                work -> Workers.daemon(name, work));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
