package dev.coord.store.shared;

import dev.coord.proto.LeaseRecord;
import dev.coord.proto.ParticipantRecord;
import dev.coord.proto.StoreRequest;
import dev.coord.proto.StoreResponse;
import dev.coord.transport.Address;
import java.nio.file.Path;

/**
 * Processes may see one directory by different paths, in containers for instance. What they tell each other of the sockets in it are
 * names in the directory; each makes a path of its own of them. Other addresses stay as they are.
 */
final class SocketNames {
    private final Path root;
    private final String prefix;

    SocketNames(Path root) {
        this.root = root;
        this.prefix = root + "/";
    }

    /** {@code address} as all processes understand it. */
    String shared(String address) {
        if (!address.startsWith(prefix)) {
            return address;
        }
        String name = address.substring(prefix.length());
        return Address.isShared(name) ? name : address;
    }

    /** {@code address} as this process uses it. */
    String local(String address) {
        return Address.isShared(address) ? root.resolve(address).toString() : address;
    }

    /** {@code request} with addresses that all processes understand. */
    StoreRequest shared(StoreRequest request) {
        return switch (request.getOperationCase()) {
            case PUT_LEASE -> {
                LeaseRecord lease = request.getPutLease();
                yield request.toBuilder()
                        .setPutLease(lease.toBuilder().setLeaderSocketPath(shared(lease.getLeaderSocketPath())))
                        .build();
            }
            case CLAIM_LEASE ->
                request.toBuilder()
                        .setClaimLease(request.getClaimLease().toBuilder()
                                .setSocketPath(shared(request.getClaimLease().getSocketPath())))
                        .build();
            case PUT_PARTICIPANT -> {
                ParticipantRecord participant = request.getPutParticipant();
                yield request.toBuilder()
                        .setPutParticipant(
                                participant.toBuilder().setSrpcSocketPath(shared(participant.getSrpcSocketPath())))
                        .build();
            }
            default -> request;
        };
    }

    /** {@code response} with addresses that this process uses. */
    StoreResponse local(StoreResponse response) {
        if (!response.hasLease() && response.getParticipantsCount() == 0) {
            return response;
        }
        StoreResponse.Builder local = response.toBuilder();
        if (response.hasLease()) {
            local.getLeaseBuilder()
                    .setLeaderSocketPath(local(response.getLease().getLeaderSocketPath()));
        }
        for (ParticipantRecord.Builder participant : local.getParticipantsBuilderList()) {
            participant.setSrpcSocketPath(local(participant.getSrpcSocketPath()));
        }
        return local.build();
    }
}
