package dev.coord.mesh;

import dev.coord.testing.TestTransport;
import dev.coord.transport.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Hands connections on to a server, and can cut them, as a network does, without the server having a say. */
final class Relay implements AutoCloseable {
    private final ServerSocketChannel accepting;
    private final Address target;
    private final List<SocketChannel> open = new CopyOnWriteArrayList<>();

    Relay(Path directory, TestTransport kind, Address target) throws IOException {
        this.accepting = kind.bind(directory);
        this.target = target;
        start(this::accept);
    }

    /** Stays when this is closed: whoever connects then is refused. */
    Address address() throws IOException {
        return TestTransport.address(accepting);
    }

    private static void start(Runnable work) {
        var thread = new Thread(work, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel from = accepting.accept();
                SocketChannel to = TestTransport.connect(target);
                open.add(from);
                open.add(to);
                start(() -> copy(from, to));
                start(() -> copy(to, from));
            }
        } catch (ClosedChannelException e) {
            // The connections stay.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(SocketChannel from, SocketChannel to) {
        var bytes = ByteBuffer.allocate(8192);
        try (from;
                to) {
            while (from.read(bytes) >= 0) {
                bytes.flip();
                while (bytes.hasRemaining()) {
                    to.write(bytes);
                }
                bytes.clear();
            }
        } catch (IOException e) {
            // It was cut; so is the other side now.
            bytes.clear();
        }
    }

    /** Ends the connections there are, without a word. */
    void cut() {
        for (SocketChannel channel : open) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
        open.clear();
    }

    @Override
    public void close() throws IOException {
        accepting.close();
    }
}
