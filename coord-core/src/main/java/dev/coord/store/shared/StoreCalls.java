package dev.coord.store.shared;

import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.proto.GroupKey;
import dev.coord.proto.GroupsRequest;
import dev.coord.proto.ParticipantHeartbeat;
import dev.coord.proto.ParticipantKey;
import dev.coord.proto.StoreRequest;
import dev.coord.proto.StoreResponse;
import dev.coord.store.Lease;
import dev.coord.store.LeaseAnswer;
import dev.coord.store.LeaseClaim;
import dev.coord.store.LeaseRelease;
import dev.coord.store.LeaseRenewal;
import dev.coord.store.LeaseStore;
import dev.coord.store.Participant;
import dev.coord.store.ParticipantStore;
import dev.coord.store.jdbc.JdbcStore;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The store operations as messages: made from calls on one side, carried out on the other. */
final class StoreCalls {
    private StoreCalls() {}

    /** Carries out {@code request} on {@code store}. */
    static StoreResponse execute(JdbcStore store, StoreRequest request) {
        return switch (request.getOperationCase()) {
            case LIST_GROUPS ->
                StoreResponse.newBuilder()
                        .setAccepted(true)
                        .addAllGroups(store.groups())
                        .build();
            case GET_LEASE -> lease(true, store.get(request.getGetLease().getGroup()));
            case PUT_LEASE -> {
                store.put(StoreMessages.fromMessage(request.getPutLease()));
                yield done(true);
            }
            case DELETE_LEASE -> {
                store.delete(request.getDeleteLease().getGroup());
                yield done(true);
            }
            case CLAIM_LEASE -> lease(store.claim(StoreMessages.fromMessage(request.getClaimLease())));
            case RENEW_LEASE -> lease(store.renew(StoreMessages.fromMessage(request.getRenewLease())));
            case RELEASE_LEASE -> lease(store.release(StoreMessages.fromMessage(request.getReleaseLease())));
            case GET_PARTICIPANT -> {
                ParticipantKey key = request.getGetParticipant();
                yield participants(store.get(key.getGroup(), new ParticipantId(key.getParticipantId())).stream()
                        .toList());
            }
            case PUT_PARTICIPANT -> {
                store.put(StoreMessages.fromMessage(request.getPutParticipant()));
                yield done(true);
            }
            case DELETE_PARTICIPANT -> {
                ParticipantKey key = request.getDeleteParticipant();
                store.delete(key.getGroup(), new ParticipantId(key.getParticipantId()));
                yield done(true);
            }
            case LIST_PARTICIPANTS ->
                participants(store.list(request.getListParticipants().getGroup()));
            case HEARTBEAT -> {
                ParticipantHeartbeat heartbeat = request.getHeartbeat();
                yield done(store.heartbeat(
                        heartbeat.getGroup(),
                        new ParticipantId(heartbeat.getParticipantId()),
                        heartbeat.getHeartbeats(),
                        Role.of(heartbeat.getRoleValue())));
            }
            case GET_WORLD_HEAD,
                    BEGIN_WORLD,
                    COMMIT_WORLD,
                    READ_WORLD_LOG,
                    READ_WORLD_PAGE,
                    READ_WORLD_BLOCKS,
                    TRUNCATE_WORLD,
                    REMOVE_WORLD_BLOCKS,
                    CHECKPOINT_WORLD -> WorldCalls.execute(store, request);
            case OPERATION_NOT_SET ->
                StoreResponse.newBuilder()
                        .setError("The request names no operation that this version of coord knows")
                        .build();
        };
    }

    /** What comes before what, for whoever carries it out. */
    enum Urgency {
        /** Leaderships hang on it: leases, participants, and what is asked for rarely and takes no time. */
        LEASE,
        /** Somebody waits for the outcome. */
        COMMIT,
        /** It may be large, or tidies up. */
        OTHER
    }

    static Urgency urgency(StoreRequest request) {
        return switch (request.getOperationCase()) {
            case COMMIT_WORLD -> Urgency.COMMIT;
            case READ_WORLD_LOG,
                    READ_WORLD_PAGE,
                    READ_WORLD_BLOCKS,
                    TRUNCATE_WORLD,
                    REMOVE_WORLD_BLOCKS,
                    CHECKPOINT_WORLD -> Urgency.OTHER;
            default -> Urgency.LEASE;
        };
    }

    /** Whether carrying out {@code request} can change the database. */
    static boolean writes(StoreRequest request) {
        return switch (request.getOperationCase()) {
            case LIST_GROUPS,
                    GET_LEASE,
                    GET_PARTICIPANT,
                    LIST_PARTICIPANTS,
                    GET_WORLD_HEAD,
                    READ_WORLD_LOG,
                    READ_WORLD_PAGE,
                    READ_WORLD_BLOCKS,
                    OPERATION_NOT_SET -> false;
            default -> true;
        };
    }

    /** Whether {@code request} can write a new term, which must never be granted again, whatever happens to the machine. */
    static boolean grantsTerm(StoreRequest request) {
        return request.hasClaimLease() || request.hasPutLease();
    }

    private static StoreResponse done(boolean accepted) {
        return StoreResponse.newBuilder().setAccepted(accepted).build();
    }

    private static StoreResponse lease(LeaseAnswer answer) {
        return lease(answer.accepted(), answer.lease());
    }

    private static StoreResponse lease(boolean accepted, Optional<Lease> lease) {
        var response = StoreResponse.newBuilder().setAccepted(accepted);
        lease.map(StoreMessages::toMessage).ifPresent(response::setLease);
        return response.build();
    }

    private static StoreResponse participants(List<Participant> participants) {
        var response = StoreResponse.newBuilder().setAccepted(true);
        participants.forEach(participant -> response.addParticipants(StoreMessages.toMessage(participant)));
        return response.build();
    }

    /** Leases whose operations go through {@code send}. */
    record Leases(Function<StoreRequest, StoreResponse> send) implements LeaseStore {
        @Override
        public List<String> groups() {
            return send
                    .apply(StoreRequest.newBuilder()
                            .setListGroups(GroupsRequest.getDefaultInstance())
                            .build())
                    .getGroupsList()
                    .stream()
                    .toList();
        }

        @Override
        public Optional<Lease> get(String group) {
            return answer(StoreRequest.newBuilder().setGetLease(key(group))).lease();
        }

        @Override
        public void put(Lease lease) {
            answer(StoreRequest.newBuilder().setPutLease(StoreMessages.toMessage(lease)));
        }

        @Override
        public void delete(String group) {
            answer(StoreRequest.newBuilder().setDeleteLease(key(group)));
        }

        @Override
        public LeaseAnswer claim(LeaseClaim claim) {
            return answer(StoreRequest.newBuilder().setClaimLease(StoreMessages.toMessage(claim)));
        }

        @Override
        public LeaseAnswer renew(LeaseRenewal renewal) {
            return answer(StoreRequest.newBuilder().setRenewLease(StoreMessages.toMessage(renewal)));
        }

        @Override
        public LeaseAnswer release(LeaseRelease release) {
            return answer(StoreRequest.newBuilder().setReleaseLease(StoreMessages.toMessage(release)));
        }

        private LeaseAnswer answer(StoreRequest.Builder operation) {
            StoreResponse response = send.apply(operation.build());
            return new LeaseAnswer(
                    response.getAccepted(),
                    response.hasLease()
                            ? Optional.of(StoreMessages.fromMessage(response.getLease()))
                            : Optional.empty());
        }
    }

    /** Participants whose operations go through {@code send}. */
    record Participants(Function<StoreRequest, StoreResponse> send) implements ParticipantStore {
        @Override
        public Optional<Participant> get(String group, ParticipantId participant) {
            return answer(StoreRequest.newBuilder().setGetParticipant(key(group, participant)))
                    .getParticipantsList()
                    .stream()
                    .map(StoreMessages::fromMessage)
                    .findFirst();
        }

        @Override
        public void put(Participant participant) {
            answer(StoreRequest.newBuilder().setPutParticipant(StoreMessages.toMessage(participant)));
        }

        @Override
        public void delete(String group, ParticipantId participant) {
            answer(StoreRequest.newBuilder().setDeleteParticipant(key(group, participant)));
        }

        @Override
        public List<Participant> list(String group) {
            return answer(StoreRequest.newBuilder().setListParticipants(StoreCalls.key(group)))
                    .getParticipantsList()
                    .stream()
                    .map(StoreMessages::fromMessage)
                    .toList();
        }

        @Override
        public boolean heartbeat(String group, ParticipantId participant, long heartbeats, Role role) {
            return answer(StoreRequest.newBuilder()
                            .setHeartbeat(ParticipantHeartbeat.newBuilder()
                                    .setGroup(group)
                                    .setParticipantId(participant.value())
                                    .setHeartbeats(heartbeats)
                                    .setRoleValue(role.number())))
                    .getAccepted();
        }

        private StoreResponse answer(StoreRequest.Builder operation) {
            return send.apply(operation.build());
        }

        private static ParticipantKey key(String group, ParticipantId participant) {
            return ParticipantKey.newBuilder()
                    .setGroup(group)
                    .setParticipantId(participant.value())
                    .build();
        }
    }

    private static GroupKey key(String group) {
        return GroupKey.newBuilder().setGroup(group).build();
    }
}
