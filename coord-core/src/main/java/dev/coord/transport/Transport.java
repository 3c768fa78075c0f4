package dev.coord.transport;

import dev.coord.ParticipantId;
import io.grpc.EquivalentAddressGroup;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * How the participants of a group reach each other: a server for this process, and channels to those of the others. All of a group
 * need the same kind of transport.
 *
 * <p>A transport keeps strangers out at both ends, and whoever uses it need not know how. Its servers let in only those who prove
 * that they belong to the group, by what the kernel or a certificate says of them; its channels carry calls only to servers that
 * prove the same.
 *
 * <p>Whose process it is, is a matter of the transport; which participant of the process is meant, is a matter of the
 * <em>authority</em> of a call. The transport sets it, the same way on all transports, and it is never a name that a certificate
 * has to have: one process, with one certificate, has many participants.
 *
 * <p>All methods may be called from any thread.
 */
public interface Transport extends AutoCloseable {
    /** The authority of calls that name no participant. */
    String AUTHORITY = "coord";

    /**
     * Where the group's common database is. What a transport finds out by itself when it listens, the address that the others reach
     * this process at, is that of the way to the first of {@code hosts} that there is a way to. A transport that has no use for it
     * does nothing.
     */
    default void towards(List<String> hosts) {}

    /**
     * Listens at the place that this transport was made for: a directory, or an interface and a port. Where it is bound is the
     * transport's own business; the server's {@link PrivateServer#address() address} is the one that the others use.
     *
     * @param maxMessageSize the largest message that is accepted, in bytes
     * @return a server, which the caller closes, before it closes this transport
     * @throws IOException if it cannot listen there; the message says where, why, and what to do
     */
    PrivateServer listen(int maxMessageSize) throws IOException;

    /** Whether this transport can be used to connect to {@code address}: it is of its kind. */
    boolean reaches(Address address);

    /** Why the last attempt to connect to {@code address} failed, in words; empty if it did not, or nothing is known of it. */
    default Optional<String> problem(Address address) {
        return Optional.empty();
    }

    /**
     * Ends the connections of this transport to {@code address}, through which nothing comes any more. Calls on them fail as
     * unavailable, and their channels dial anew. Where nothing said can be lost on the way, there is nothing to do.
     */
    default void abandon(Address address) {}

    /**
     * For a channel to {@code participant}, one of those of the process at {@code address}. It dials when it is first used; an
     * address that this transport cannot reach is a call's failure, and not one of this method.
     */
    ManagedChannelBuilder<?> participant(Address address, ParticipantId participant);

    /** A channel to the process at {@code address}, whose callbacks run on the threads of this transport and must not block. */
    ManagedChannel process(Address address);

    /**
     * For a channel to whatever {@code target} resolves to, in a scheme whose resolver answers what {@link #resolved} makes.
     */
    ManagedChannelBuilder<?> target(String target);

    /**
     * What a name resolver answers for {@code participant}, one of those of the process at {@code address}, to a channel of this
     * transport.
     */
    EquivalentAddressGroup resolved(Address address, ParticipantId participant);

    /**
     * Runs {@code task} when each thread of the transports has looked at its connections once more, so that whatever had arrived
     * was handed to its callbacks. Never if it is closed before.
     */
    void whenWentRound(Runnable task);

    /**
     * Ends this use of the threads that all transports of the process share; those who made channels and servers close them before.
     */
    @Override
    void close();
}
