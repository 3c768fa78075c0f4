package dev.coord.mesh;

import dev.coord.LeaderInfo;
import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.Term;
import dev.coord.proto.GetParticipantInfoResponse;
import dev.coord.proto.NotLeader;
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
                .setRoleValue(info.role().number())
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
                Role.of(message.getRoleValue()),
                new Term(message.getTerm()),
                message.getCapabilitiesList(),
                new TreeMap<>(message.getAttributesMap()));
    }

    static NotLeader notLeader(String group, Optional<LeaderInfo> leader) {
        var message = NotLeader.newBuilder().setGroup(group);
        leader.ifPresent(known -> message.setLeaderId(known.participant().value())
                .setTerm(known.term().value())
                .setLeaderSocketPath(Address.text(Address.find(known.address()).flatMap(Address::withoutDirectory))));
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
}
