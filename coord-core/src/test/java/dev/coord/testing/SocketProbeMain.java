package dev.coord.testing;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Connects to a Unix socket and begins to speak HTTP/2, for tests; prints whether it was let in. */
public final class SocketProbeMain {
    private SocketProbeMain() {}

    public static void main(String[] args) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(Path.of(args[0])));
            // The preface of HTTP/2 and an empty SETTINGS frame.
            channel.write(StandardCharsets.US_ASCII.encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
            channel.write(ByteBuffer.wrap(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0}));
            int read = channel.read(ByteBuffer.allocate(100));
            System.out.println(read > 0 ? "ANSWERED" : "CLOSED");
        } catch (IOException e) {
            System.out.println("REFUSED " + e.getMessage());
        }
    }
}
