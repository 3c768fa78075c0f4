package dev.coord.mesh;

import dev.coord.LeaderInfo;
import dev.coord.ParticipantId;
import dev.coord.store.Participant;
import dev.coord.transport.Address;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a {@code coord:} target means.
 *
 * @param kind leader, participant or capability
 * @param name of the participant or capability; empty for the leader
 */
record MeshTarget(Kind kind, String name) {
    private static final Pattern PATH = Pattern.compile("/(leader)|/(participant|capability)/(.+)");

    enum Kind {
        LEADER,
        PARTICIPANT,
        CAPABILITY
    }

    static MeshTarget parse(URI target) {
        String path = target.getPath();
        Matcher matcher = PATH.matcher(path == null ? "" : path);
        if (target.getAuthority() != null || !matcher.matches()) {
            throw new IllegalArgumentException("'" + target + "' is not a target of the mesh: it knows coord:///leader,"
                    + " coord:///participant/<id> and coord:///capability/<name>");
        }
        if (matcher.group(1) != null) {
            return new MeshTarget(Kind.LEADER, "");
        }
        Kind kind = matcher.group(2).equals("participant") ? Kind.PARTICIPANT : Kind.CAPABILITY;
        return new MeshTarget(kind, matcher.group(3));
    }

    /** A participant, and where it listens, maybe with others of its process. */
    record Endpoint(ParticipantId participant, Address address) {
        /** That of {@code participant}; empty if it listens nowhere. */
        static Optional<Endpoint> of(Participant participant) {
            return participant.address().map(address -> new Endpoint(participant.id(), address));
        }

        /** That of {@code leader}; empty if it listens nowhere. */
        static Optional<Endpoint> of(LeaderInfo leader) {
            return Address.find(leader.address()).map(address -> new Endpoint(leader.participant(), address));
        }
    }

    /** Those it means now; none if nobody fits. */
    List<Endpoint> endpoints(MeshDirectory directory) {
        Stream<Endpoint> found = switch (kind) {
            case LEADER -> directory.leader().flatMap(Endpoint::of).stream();
            case PARTICIPANT -> those(directory, p -> p.id().value().equals(name));
            case CAPABILITY -> those(directory, p -> p.capabilities().contains(name));
        };
        return found.sorted(
                        Comparator.comparing(endpoint -> endpoint.participant().value()))
                .toList();
    }

    private static Stream<Endpoint> those(MeshDirectory directory, Predicate<Participant> fitting) {
        return directory.participants().stream()
                .filter(fitting)
                .map(Endpoint::of)
                .flatMap(Optional::stream);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case LEADER -> "the leader";
            case PARTICIPANT -> "participant " + name;
            case CAPABILITY -> "a participant with capability " + name;
        };
    }
}
