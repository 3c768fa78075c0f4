package dev.coord.cluster;

import dev.coord.LeaderInfo;
import dev.coord.Registration;
import dev.coord.mesh.MeshDirectory;
import dev.coord.proto.ParticipantRecord;
import dev.coord.registry.ParticipantWatcher;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What the watcher and the election know, for the mesh. Empty before there is a watcher; listeners may come before. */
final class GroupDirectory implements MeshDirectory {
    private final RoleState state;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable ParticipantWatcher watcher;

    GroupDirectory(RoleState state) {
        this.state = state;
    }

    /** From now on the participants are those that {@code started} sees. */
    void follow(ParticipantWatcher started) {
        watcher = started;
        started.addListener(changed -> listeners.forEach(Runnable::run));
    }

    @Override
    public List<ParticipantRecord> participants() {
        ParticipantWatcher followed = watcher;
        return followed == null ? List.of() : followed.participants();
    }

    @Override
    public Optional<LeaderInfo> leader() {
        return state.leader();
    }

    @Override
    public Registration onChange(Runnable listener) {
        listeners.add(listener);
        Registration leader = state.onChange(listener);
        return () -> {
            listeners.remove(listener);
            leader.close();
        };
    }
}
