package dev.coord.store.shared;

import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.Term;
import dev.coord.proto.LeaseClaimMessage;
import dev.coord.proto.LeaseRecord;
import dev.coord.proto.LeaseReleaseMessage;
import dev.coord.proto.LeaseRenewalMessage;
import dev.coord.proto.ParticipantRecord;
import dev.coord.store.Lease;
import dev.coord.store.LeaseClaim;
import dev.coord.store.LeaseHolder;
import dev.coord.store.LeaseRelease;
import dev.coord.store.LeaseRenewal;
import dev.coord.store.Participant;
import dev.coord.transport.Address;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Leases and participants as messages, and back. */
final class StoreMessages {
    private StoreMessages() {}

    static LeaseRecord toMessage(Lease lease) {
        var message = LeaseRecord.newBuilder()
                .setGroup(lease.group())
                .setTerm(lease.term().value())
                .setNonce(lease.nonce())
                .setRenewals(lease.renewals())
                .setStaleThresholdNanos(lease.staleThreshold().toNanos())
                .setLeaseTimestampNanos(toNanos(lease.renewedAt()));
        lease.holder()
                .ifPresent(holder -> message.setLeaderId(holder.id().value())
                        .setLeaderPid((int) holder.pid())
                        .setLeaderSocketPath(Address.text(holder.address()))
                        .setLeaderProcess(holder.process()));
        return message.build();
    }

    static Lease fromMessage(LeaseRecord message) {
        Optional<LeaseHolder> holder = message.getLeaderId().isEmpty()
                ? Optional.empty()
                : Optional.of(new LeaseHolder(
                        new ParticipantId(message.getLeaderId()),
                        Integer.toUnsignedLong(message.getLeaderPid()),
                        Address.find(message.getLeaderSocketPath()),
                        message.getLeaderProcess()));
        return new Lease(
                message.getGroup(),
                new Term(message.getTerm()),
                holder,
                message.getNonce(),
                message.getRenewals(),
                Duration.ofNanos(message.getStaleThresholdNanos()),
                toInstant(message.getLeaseTimestampNanos()));
    }

    static LeaseClaimMessage toMessage(LeaseClaim claim) {
        return LeaseClaimMessage.newBuilder()
                .setGroup(claim.group())
                .setParticipantId(claim.claimant().id().value())
                .setPid((int) claim.claimant().pid())
                .setSocketPath(Address.text(claim.claimant().address()))
                .setProcess(claim.claimant().process())
                .setNonce(claim.nonce())
                .setSeenTerm(claim.seenTerm().value())
                .setSeenRenewals(claim.seenRenewals())
                .setHolderKnownDead(claim.holderKnownDead())
                .setStaleThresholdNanos(claim.staleThreshold().toNanos())
                .build();
    }

    static LeaseClaim fromMessage(LeaseClaimMessage message) {
        return new LeaseClaim(
                message.getGroup(),
                new LeaseHolder(
                        new ParticipantId(message.getParticipantId()),
                        Integer.toUnsignedLong(message.getPid()),
                        Address.find(message.getSocketPath()),
                        message.getProcess()),
                message.getNonce(),
                new Term(message.getSeenTerm()),
                message.getSeenRenewals(),
                message.getHolderKnownDead(),
                Duration.ofNanos(message.getStaleThresholdNanos()));
    }

    static LeaseRenewalMessage toMessage(LeaseRenewal renewal) {
        return LeaseRenewalMessage.newBuilder()
                .setGroup(renewal.group())
                .setParticipantId(renewal.participant().value())
                .setTerm(renewal.term().value())
                .setRenewals(renewal.renewals())
                .setStaleThresholdNanos(renewal.staleThreshold().toNanos())
                .build();
    }

    static LeaseRenewal fromMessage(LeaseRenewalMessage message) {
        return new LeaseRenewal(
                message.getGroup(),
                new ParticipantId(message.getParticipantId()),
                new Term(message.getTerm()),
                message.getRenewals(),
                Duration.ofNanos(message.getStaleThresholdNanos()));
    }

    static LeaseReleaseMessage toMessage(LeaseRelease release) {
        return LeaseReleaseMessage.newBuilder()
                .setGroup(release.group())
                .setParticipantId(release.participant().value())
                .setTerm(release.term().value())
                .build();
    }

    static LeaseRelease fromMessage(LeaseReleaseMessage message) {
        return new LeaseRelease(
                message.getGroup(), new ParticipantId(message.getParticipantId()), new Term(message.getTerm()));
    }

    static ParticipantRecord toMessage(Participant participant) {
        return ParticipantRecord.newBuilder()
                .setGroup(participant.group())
                .setParticipantId(participant.id().value())
                .setPid((int) participant.pid())
                .setRoleValue(participant.role().number())
                .addAllCapabilities(participant.capabilities())
                .putAllAttributes(participant.attributes())
                .setSrpcSocketPath(Address.text(participant.address()))
                .setProcess(participant.process())
                .setHost(participant.host())
                .setStartTimeNanos(toNanos(participant.started()))
                .setLastHeartbeatNanos(toNanos(participant.lastHeartbeat()))
                .setHeartbeats(participant.heartbeats())
                .build();
    }

    static Participant fromMessage(ParticipantRecord message) {
        return new Participant(
                message.getGroup(),
                new ParticipantId(message.getParticipantId()),
                Integer.toUnsignedLong(message.getPid()),
                Role.of(message.getRoleValue()),
                message.getCapabilitiesList(),
                new TreeMap<>(message.getAttributesMap()),
                Address.find(message.getSrpcSocketPath()),
                message.getProcess(),
                message.getHost(),
                toInstant(message.getStartTimeNanos()),
                toInstant(message.getLastHeartbeatNanos()),
                message.getHeartbeats());
    }

    private static long toNanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }

    private static Instant toInstant(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }
}
