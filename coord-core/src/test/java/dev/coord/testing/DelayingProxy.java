package dev.coord.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Hands on what is said between those who connect to it and a server of this machine, after a time, which can be changed. */
final class DelayingProxy {
    private final ServerSocket listening;
    private final int server;
    private volatile long delayNanos;

    /** What was read and when to write it; nothing for the end. */
    private record Piece(long due, ByteBuffer bytes) {}

    /** @param server the port of the server */
    DelayingProxy(int server) throws IOException {
        this.server = server;
        // On all interfaces: a redirected connection comes to that of the host.
        this.listening = new ServerSocket(0);
        daemon(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** From now on, in each direction. */
    void delay(long millis) {
        delayNanos = TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private static void daemon(Runnable work) {
        var thread = new Thread(work, "delaying-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                var behind = new Socket(InetAddress.getLoopbackAddress(), server);
                client.setTcpNoDelay(true);
                behind.setTcpNoDelay(true);
                connect(client, behind);
                connect(behind, client);
            }
        } catch (IOException e) {
            System.err.println("The proxy ends: " + e);
        }
    }

    private void connect(Socket from, Socket to) {
        var pieces = new LinkedBlockingQueue<Piece>();
        daemon(() -> read(from, pieces));
        daemon(() -> write(pieces, from, to));
    }

    private void read(Socket from, BlockingQueue<Piece> pieces) {
        var buffer = new byte[8192];
        try {
            for (int n = from.getInputStream().read(buffer);
                    n >= 0;
                    n = from.getInputStream().read(buffer)) {
                byte[] bytes = new byte[n];
                System.arraycopy(buffer, 0, bytes, 0, n);
                pieces.add(new Piece(System.nanoTime() + delayNanos, ByteBuffer.wrap(bytes)));
            }
        } catch (IOException e) {
            // It ended, if not well: so does what it said.
        }
        pieces.add(new Piece(System.nanoTime() + delayNanos, ByteBuffer.allocate(0)));
    }

    /** The end of one direction is that of the connection. */
    private static void write(BlockingQueue<Piece> pieces, Socket from, Socket to) {
        try (from;
                to) {
            for (Piece piece = pieces.take(); piece.bytes().hasRemaining(); piece = pieces.take()) {
                for (long left = piece.due() - System.nanoTime(); left > 0; left = piece.due() - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                to.getOutputStream().write(piece.bytes().array());
            }
        } catch (IOException e) {
            // The other end is gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
