package dev.coord;

import java.util.Optional;

/**
 * What was called is for the leader alone, and this participant does not lead its group. The call had no effect; whoever made it
 * can make it where {@link #leader()} is, or again later.
 */
public final class NotLeaderException extends CoordException {
    private static final long serialVersionUID = 1L;
    private final String group;
    private final transient Optional<LeaderInfo> leader;

    /**
     * @param what what was called
     * @param leader who leads as far as this participant knows
     */
    public NotLeaderException(String group, String what, Optional<LeaderInfo> leader) {
        super(
                what + " is for the leader of group '" + group + "', which this participant is not: "
                        + leader.map(known -> known.participant() + " (pid " + known.pid() + ") leads in term "
                                        + known.term())
                                .orElse("no leader is known; try again when there is one"),
                null);
        this.group = group;
        this.leader = leader;
    }

    /** The group whose leader was needed. */
    public String group() {
        return group;
    }

    /** Who led it as far as this participant knew. */
    public Optional<LeaderInfo> leader() {
        return leader;
    }
}
