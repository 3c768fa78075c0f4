package dev.coord.mesh;

import dev.coord.LeaderInfo;
import dev.coord.Registration;
import dev.coord.store.Participant;
import java.util.List;
import java.util.Optional;

/** Who takes part and who leads, as far as this participant knows. Answers from memory. */
public interface MeshDirectory {
    /** The participants of the group. */
    List<Participant> participants();

    /** The leader of the group, this participant included. */
    Optional<LeaderInfo> leader();

    /** Tells {@code listener}, which must be quick, after either changed. */
    Registration onChange(Runnable listener);
}
