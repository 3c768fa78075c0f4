package dev.coord.cluster;

import dev.coord.LeaderInfo;
import dev.coord.Registration;
import dev.coord.mesh.MeshDirectory;
import dev.coord.proto.ParticipantRecord;
import dev.coord.registry.ParticipantWatcher;
import java.util.List;
import java.util.Optional;

/** What the watcher and the election know, for the mesh. */
record GroupDirectory(ParticipantWatcher watcher, RoleState state) implements MeshDirectory {
    @Override
    public List<ParticipantRecord> participants() {
        return watcher.participants();
    }

    @Override
    public Optional<LeaderInfo> leader() {
        return state.leader();
    }

    @Override
    public Registration onChange(Runnable listener) {
        Registration participants = watcher.addListener(changed -> listener.run());
        Registration leader = state.onChange(listener);
        return () -> {
            participants.close();
            leader.close();
        };
    }
}
