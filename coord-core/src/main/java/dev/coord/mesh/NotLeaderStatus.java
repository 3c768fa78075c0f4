package dev.coord.mesh;

import dev.coord.LeaderInfo;
import dev.coord.proto.NotLeader;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import java.util.Optional;

/** The typed refusal of a participant that does not lead: a status, and who leads in its trailers. */
public final class NotLeaderStatus {
    /** The trailer that names the leader. */
    static final Metadata.Key<NotLeader> TRAILER =
            Metadata.Key.of("coord-not-leader-bin", ProtoUtils.metadataMarshaller(NotLeader.getDefaultInstance()));

    private NotLeaderStatus() {}

    /** What a participant that does not lead answers. The call had no effect, and can be sent to the leader. */
    public static StatusRuntimeException refusal(String group, Optional<LeaderInfo> leader) {
        var notLeader = NotLeader.newBuilder().setGroup(group);
        leader.ifPresent(known -> notLeader
                .setLeaderId(known.participant().value())
                .setTerm(known.term().value())
                .setLeaderSocketPath(known.address()));
        var trailers = new Metadata();
        trailers.put(TRAILER, notLeader.build());
        return Status.FAILED_PRECONDITION
                .withDescription("this participant does not lead group " + group
                        + leader.map(l -> "; " + l.participant() + " does").orElse("; no leader is known"))
                .asRuntimeException(trailers);
    }

    /** The refusal that {@code failure} carries, if it is one. */
    public static Optional<NotLeader> of(Throwable failure) {
        return Optional.ofNullable(Status.trailersFromThrowable(failure)).map(trailers -> trailers.get(TRAILER));
    }
}
