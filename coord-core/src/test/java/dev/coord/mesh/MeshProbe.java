package dev.coord.mesh;

import dev.coord.ParticipantId;

/** What tests in other packages want to know of a mesh. */
public final class MeshProbe {
    private MeshProbe() {}

    /** Whether {@code mesh} is connected to {@code leader}, and has heard from it. */
    public static boolean isWatching(Mesh mesh, ParticipantId leader) {
        return mesh.isWatching(leader);
    }
}
