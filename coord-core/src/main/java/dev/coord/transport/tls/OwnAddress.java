package dev.coord.transport.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Under which of its addresses others reach this machine, as far as it can be told from here. */
final class OwnAddress {
    private static final Logger LOG = LoggerFactory.getLogger(OwnAddress.class);

    /** Any will do: nothing is sent. */
    private static final int PORT = 9;

    private OwnAddress() {}

    /** That of the way to the first of {@code hosts} that there is a way to; if there is none, one of {@link #ofThisMachine}. */
    static InetAddress towards(List<String> hosts) {
        return hosts.stream()
                .map(OwnAddress::onTheWayTo)
                .flatMap(Optional::stream)
                .findFirst()
                .orElseGet(OwnAddress::ofThisMachine);
    }

    /** A datagram socket that is connected has sent nothing, but the kernel has chosen its way. */
    private static Optional<InetAddress> onTheWayTo(String host) {
        try (var socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByName(host), PORT));
            return Optional.of(socket.getLocalAddress())
                    // A database that is here, or behind a tunnel, says nothing of where the others are.
                    .filter(address -> !address.isAnyLocalAddress()
                            && !address.isLinkLocalAddress()
                            && !address.isLoopbackAddress());
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("There is no way to {} now", host, e);
            return Optional.empty();
        }
    }

    /** One of its interfaces, IPv4 before IPv6; loopback if it has no other. */
    static InetAddress ofThisMachine() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(OwnAddress::isUp)
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .min(Comparator.comparing(address -> !(address instanceof Inet4Address)))
                    .orElseGet(InetAddress::getLoopbackAddress);
        } catch (SocketException e) {
            LOG.debug("The interfaces of this machine cannot be listed", e);
            return InetAddress.getLoopbackAddress();
        }
    }

    private static boolean isUp(NetworkInterface network) {
        try {
            return network.isUp();
        } catch (SocketException e) {
            return false;
        }
    }
}
