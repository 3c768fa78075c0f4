package dev.coord.transport.unix;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sits in front of a server on a Unix socket and closes connections from processes of other users, as the kernel names them:
 * the second line behind the permissions of socket and directory.
 */
final class PeerCheck extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(PeerCheck.class);
    private static final ChannelOption<UnixDomainPrincipal> PEER =
            NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED);

    private final UserPrincipal user;

    /** Lets only processes of {@code user} through. */
    PeerCheck(UserPrincipal user) {
        this.user = user;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Channel connection
                && !isAllowed(connection.config().getOption(PEER))) {
            connection.unsafe().closeForcibly();
            return;
        }
        context.fireChannelRead(message);
    }

    private boolean isAllowed(@Nullable UnixDomainPrincipal peer) {
        if (peer != null && peer.user().equals(user)) {
            return true;
        }
        LOG.warn(
                "Refused a connection from a process of {}: only {} may connect",
                peer == null ? "an unknown user" : "user " + peer.user().getName(),
                user.getName());
        return false;
    }
}
