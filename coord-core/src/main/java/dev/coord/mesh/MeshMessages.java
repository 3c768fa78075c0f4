package dev.coord.mesh;

import dev.coord.LeaderInfo;
import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.Term;
import dev.coord.proto.GetParticipantInfoResponse;
import dev.coord.proto.NotLeader;
import dev.coord.proto.ParticipantRole;
import dev.coord.transport.Address;
import java.util.Optional;
import java.util.TreeMap;

/** What participants tell each other, as messages and back. */
final class MeshMessages {
    private MeshMessages() {}

    static GetParticipantInfoResponse toMessage(ParticipantInfo info) {
        return GetParticipantInfoResponse.newBuilder()
                .setGroup(info.group())
                .setParticipantId(info.id().value())
                .setPid((int) info.pid())
                .setRole(toMessage(info.role()))
                .setTerm(info.term().value())
                .addAllCapabilities(info.capabilities())
                .putAllAttributes(info.attributes())
                .build();
    }

    static ParticipantInfo fromMessage(GetParticipantInfoResponse message) {
        return new ParticipantInfo(
                message.getGroup(),
                new ParticipantId(message.getParticipantId()),
                Integer.toUnsignedLong(message.getPid()),
                fromMessage(message.getRole()),
                new Term(message.getTerm()),
                message.getCapabilitiesList(),
                new TreeMap<>(message.getAttributesMap()));
    }

    static NotLeader notLeader(String group, Optional<LeaderInfo> leader) {
        var message = NotLeader.newBuilder().setGroup(group);
        leader.ifPresent(known -> message.setLeaderId(known.participant().value())
                .setTerm(known.term().value())
                .setLeaderSocketPath(known.address()));
        return message.build();
    }

    static NotLeaderInfo fromMessage(NotLeader message) {
        return new NotLeaderInfo(
                message.getGroup(),
                message.getLeaderId().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new ParticipantId(message.getLeaderId())),
                new Term(message.getTerm()),
                Address.find(message.getLeaderSocketPath()));
    }

    private static ParticipantRole toMessage(Role role) {
        return switch (role) {
            case LEADER -> ParticipantRole.ParticipantRole_LEADER;
            case FOLLOWER -> ParticipantRole.ParticipantRole_FOLLOWER;
            case UNKNOWN -> ParticipantRole.ParticipantRole_UNKNOWN;
        };
    }

    /** The role that a message names; a number that this version does not know is {@link Role#UNKNOWN}. */
    private static Role fromMessage(ParticipantRole role) {
        return switch (role) {
            case ParticipantRole_LEADER -> Role.LEADER;
            case ParticipantRole_FOLLOWER -> Role.FOLLOWER;
            default -> Role.UNKNOWN;
        };
    }
}
