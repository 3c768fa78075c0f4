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
    private static final Metadata.Key<NotLeader> TRAILER =
            Metadata.Key.of("coord-not-leader-bin", ProtoUtils.metadataMarshaller(NotLeader.getDefaultInstance()));

    private NotLeaderStatus() {}

    /** What a participant that does not lead answers. The call had no effect, and can be sent to the leader. */
    public static StatusRuntimeException refusal(String group, Optional<LeaderInfo> leader) {
        var trailers = new Metadata();
        trailers.put(TRAILER, MeshMessages.notLeader(group, leader));
        return Status.FAILED_PRECONDITION
                .withDescription("this participant does not lead group " + group
                        + leader.map(l -> "; " + l.participant() + " does").orElse("; no leader is known"))
                .asRuntimeException(trailers);
    }

    /** The refusal that {@code failure} carries, if it is one. */
    public static Optional<NotLeaderInfo> of(Throwable failure) {
        return Optional.ofNullable(Status.trailersFromThrowable(failure))
                .map(trailers -> trailers.get(TRAILER))
                .map(MeshMessages::fromMessage);
    }
}
