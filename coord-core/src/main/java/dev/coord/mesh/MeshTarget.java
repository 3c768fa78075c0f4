package dev.coord.mesh;

import dev.coord.LeaderInfo;
import dev.coord.proto.ParticipantRecord;
import java.net.URI;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    /** The addresses it means now; none if nobody fits. */
    List<String> addresses(MeshDirectory directory) {
        List<String> found = switch (kind) {
            case LEADER -> directory.leader().map(LeaderInfo::address).stream().toList();
            case PARTICIPANT ->
                directory.participants().stream()
                        .filter(p -> p.getParticipantId().equals(name))
                        .map(ParticipantRecord::getSrpcSocketPath)
                        .toList();
            case CAPABILITY ->
                directory.participants().stream()
                        .filter(p -> p.getCapabilitiesList().contains(name))
                        .map(ParticipantRecord::getSrpcSocketPath)
                        .toList();
        };
        return found.stream().filter(address -> !address.isEmpty()).sorted().toList();
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
