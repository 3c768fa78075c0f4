package dev.coord.cluster;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import java.util.HashMap;
import java.util.Map;

/** Two handlers, one after the other. */
record RoleChangeHandlers(RoleChangeHandler first, RoleChangeHandler second) implements RoleChangeHandler {
    @Override
    public Map<String, String> attributes() {
        Map<String, String> all = new HashMap<>(second.attributes());
        all.putAll(first.attributes());
        return all;
    }

    @Override
    public void onJoin(ParticipantContext participant) {
        first.onJoin(participant);
        boolean joined = false;
        try {
            second.onJoin(participant);
            joined = true;
        } finally {
            if (!joined) {
                first.onLeave();
            }
        }
    }

    @Override
    public void onHandOver() throws Exception {
        try {
            second.onHandOver();
        } finally {
            first.onHandOver();
        }
    }

    @Override
    public void onLeave() {
        try {
            second.onLeave();
        } finally {
            first.onLeave();
        }
    }

    @Override
    public void onBecomeLeader(Leadership leadership) throws Exception {
        first.onBecomeLeader(leadership);
        second.onBecomeLeader(leadership);
    }

    /** The second hears of its leader also when the first failed. */
    @Override
    public void onBecomeFollower(LeaderInfo leader) throws Exception {
        try {
            first.onBecomeFollower(leader);
        } finally {
            second.onBecomeFollower(leader);
        }
    }
}
