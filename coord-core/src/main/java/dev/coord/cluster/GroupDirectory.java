package dev.coord.cluster;

import dev.coord.LeaderInfo;
import dev.coord.Registration;
import dev.coord.mesh.MeshDirectory;
import dev.coord.registry.ParticipantWatcher;
import dev.coord.store.Participant;
import dev.coord.work.Listeners;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the watcher and the election know, for the mesh. Empty before there is a watcher; listeners may come before. */
final class GroupDirectory implements MeshDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(GroupDirectory.class);

    private final RoleState state;
    private final Listeners<Runnable> listeners = new Listeners<>(LOG, "the participants");
    private volatile @Nullable ParticipantWatcher watcher;

    GroupDirectory(RoleState state) {
        this.state = state;
    }

    /** From now on the participants are those that {@code started} sees. */
    void follow(ParticipantWatcher started) {
        watcher = started;
        started.addListener(changed -> listeners.tell(Runnable::run));
    }

    @Override
    public List<Participant> participants() {
        ParticipantWatcher followed = watcher;
        return followed == null ? List.of() : followed.participants();
    }

    @Override
    public Optional<LeaderInfo> leader() {
        return state.leader();
    }

    @Override
    public Registration onChange(Runnable listener) {
        Registration participants = listeners.add(listener);
        Registration leader = state.onChange(listener);
        return () -> {
            participants.close();
            leader.close();
        };
    }
}
