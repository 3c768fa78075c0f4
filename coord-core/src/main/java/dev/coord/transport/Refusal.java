package dev.coord.transport;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a kernel says that nobody listens at an address. No answer is not that, nor is an address that is not there. */
public final class Refusal {
    private static final Logger LOG = LoggerFactory.getLogger(Refusal.class);
    /** A kernel answers at once; this is for the way there. Longer, and the end of one's own attempts would look the same. */
    private static final Duration WAIT = Duration.ofMillis(300);

    private Refusal() {}

    /** Tries one connection to {@code address}, which may take 300 ms over a network. */
    public static boolean isRefused(Address address) {
        Optional<Path> path = address.path();
        try {
            if (path.isPresent()) {
                try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                    channel.connect(UnixDomainSocketAddress.of(path.get()));
                }
            } else if (address.port() > 0) {
                try (var socket = new Socket()) {
                    socket.connect(
                            new InetSocketAddress(address.host(), address.port()), Math.toIntExact(WAIT.toMillis()));
                }
            }
            return false;
        } catch (ConnectException e) {
            LOG.debug("{} refuses connections", address, e);
            return true;
        } catch (IOException e) {
            LOG.debug("{} cannot be reached, for whatever reason", address, e);
            return false;
        }
    }
}
