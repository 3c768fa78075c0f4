package dev.coord.transport;

import dev.coord.ParticipantId;
import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * An address and the authority that calls to it carry: that of one of the participants that are there, or of their process. Two of
 * them are two addresses: a connection to one is no connection to the other.
 */
final class ParticipantAddress extends SocketAddress {
    private static final long serialVersionUID = 1L;
    private static final String SUFFIX = ".coord";

    @SuppressWarnings("serial")
    private final Address address;

    private final String authority;

    private ParticipantAddress(Address address, String authority) {
        this.address = address;
        this.authority = authority;
    }

    /** The process at {@code address}, none of its participants. */
    static ParticipantAddress process(Address address) {
        return new ParticipantAddress(address, Transport.AUTHORITY);
    }

    /** One of the participants of the process at {@code address}. */
    static ParticipantAddress of(Address address, ParticipantId participant) {
        return new ParticipantAddress(address, authority(participant));
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

    /** What calls to it carry. */
    String authority() {
        return authority;
    }

    /** For name resolvers. */
    EquivalentAddressGroup group() {
        return new EquivalentAddressGroup(
                this,
                Attributes.newBuilder()
                        .set(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE, authority)
                        .build());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ParticipantAddress that
                && address.equals(that.address)
                && authority.equals(that.authority);
    }

    @Override
    public int hashCode() {
        return 31 * address.hashCode() + authority.hashCode();
    }

    /** Fit for a URI: gRPC makes its target of it, whatever the name of a socket is. */
    @Override
    public String toString() {
        return authority + "@" + address.path().map(PathNames::encode).orElseGet(address::toString);
    }

    /** What a socket connects to in order to reach an address. */
    @FunctionalInterface
    interface Remote {
        SocketAddress of(Address address) throws IOException;
    }

    /** Sits next to the socket, and tells it where to connect to. */
    static final class Connector extends ChannelOutboundHandlerAdapter {
        private final Remote where;

        Connector(Remote where) {
            this.where = where;
        }

        @Override
        public void connect(
                ChannelHandlerContext context,
                SocketAddress remote,
                @Nullable SocketAddress local,
                ChannelPromise promise) {
            try {
                SocketAddress found =
                        remote instanceof ParticipantAddress participant ? where.of(participant.address) : remote;
                var unused = context.connect(found, local, promise);
            } catch (IOException e) {
                var unused = promise.setFailure(e);
            }
        }
    }
}
