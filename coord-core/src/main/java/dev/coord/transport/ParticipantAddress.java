package dev.coord.transport;

import dev.coord.ParticipantId;
import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A socket and the authority that calls to it carry: that of one of the participants that listen on it, or of their process. Two of
 * them are two addresses: a connection to one is no connection to the other.
 */
final class ParticipantAddress extends SocketAddress {
    private static final long serialVersionUID = 1L;
    private static final String SUFFIX = ".coord";

    private final String socket;
    private final String authority;

    private ParticipantAddress(Path socket, String authority) {
        this.socket = socket.toString();
        this.authority = authority;
    }

    /** The process that listens on {@code socket}, none of its participants. */
    static SocketAddress process(Path socket) {
        return new ParticipantAddress(socket, UnixTransport.AUTHORITY);
    }

    /** What calls to {@code participant} carry as their authority. No other caller does: no name on the Internet ends so. */
    static String authority(ParticipantId participant) {
        return participant.value() + SUFFIX;
    }

    /** Whether {@code authority} names a participant. */
    static boolean isAuthority(@Nullable String authority) {
        return authority != null && authority.endsWith(SUFFIX);
    }

    /** The participant that {@code authority}, which is one of these, names. */
    static String participant(@Nullable String authority) {
        return authority == null ? "" : authority.substring(0, authority.length() - SUFFIX.length());
    }

    /** For name resolvers. */
    static EquivalentAddressGroup group(Path socket, ParticipantId participant) {
        var address = new ParticipantAddress(socket, authority(participant));
        return new EquivalentAddressGroup(
                address,
                Attributes.newBuilder()
                        .set(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE, address.authority)
                        .build());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ParticipantAddress address
                && socket.equals(address.socket)
                && authority.equals(address.authority);
    }

    @Override
    public int hashCode() {
        return 31 * socket.hashCode() + authority.hashCode();
    }

    /** Fit for a URI: gRPC makes its target of it, whatever the socket's name is. */
    @Override
    public String toString() {
        return authority + "@" + PathNames.encode(Path.of(socket));
    }

    /** Sits next to the socket, and tells it where to connect to. */
    static final class Connector extends ChannelOutboundHandlerAdapter {
        @Override
        public void connect(
                ChannelHandlerContext context,
                SocketAddress remote,
                @Nullable SocketAddress local,
                ChannelPromise promise) {
            SocketAddress where =
                    remote instanceof ParticipantAddress address ? UnixDomainSocketAddress.of(address.socket) : remote;
            var unused = context.connect(where, local, promise);
        }
    }
}
