package dev.coord.mesh;

import dev.coord.ParticipantId;
import dev.coord.store.Participant;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
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

    /** Where a participant listens, maybe with others of its process. */
    record Address(ParticipantId participant, String socket) {
        private static Address of(Participant participant) {
            return new Address(participant.id(), dev.coord.transport.Address.text(participant.address()));
        }
    }

    /** The addresses it means now; none if nobody fits. */
    List<Address> addresses(MeshDirectory directory) {
        Stream<Address> found = switch (kind) {
            case LEADER -> directory.leader().map(l -> new Address(l.participant(), l.address())).stream();
            case PARTICIPANT -> those(directory, p -> p.id().value().equals(name));
            case CAPABILITY -> those(directory, p -> p.capabilities().contains(name));
        };
        return found.filter(address -> !address.socket().isEmpty())
                .sorted(Comparator.comparing(address -> address.participant().value()))
                .toList();
    }

    private static Stream<Address> those(MeshDirectory directory, Predicate<Participant> fitting) {
        return directory.participants().stream().filter(fitting).map(Address::of);
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
