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
 * One participant of those that listen on a socket. Two of them are two addresses: a connection to one is no connection to the
 * other, as its calls carry the authority of the participant.
 */
final class ParticipantAddress extends SocketAddress {
    private static final long serialVersionUID = 1L;
    private static final String SUFFIX = ".coord";

    private final String socket;
    private final String authority;

    private ParticipantAddress(Path socket, ParticipantId participant) {
        this.socket = socket.toString();
        this.authority = authority(participant);
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
        var address = new ParticipantAddress(socket, participant);
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

    @Override
    public String toString() {
        return authority + " at " + socket;
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
