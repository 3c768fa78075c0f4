package dev.coord.world;

import dev.coord.LeaderInfo;
import dev.coord.Registration;
import dev.coord.mesh.MeshDirectory;
import java.util.Optional;

/** Tells when another leader takes the place of one: what was asked of the old one may never be answered, if that is frozen. */
final class LeaderChanges implements AutoCloseable {
    private final MeshDirectory directory;
    private final Runnable changed;
    private final Registration registration;
    private Optional<LeaderInfo> last;

    /** @param changed told on the thread that learns of it; must be quick */
    LeaderChanges(MeshDirectory directory, Runnable changed) {
        this.directory = directory;
        this.changed = changed;
        this.last = directory.leader();
        this.registration = directory.onChange(this::look);
    }

    private void look() {
        if (isAnother()) {
            changed.run();
        }
    }

    /** Nobody may lead for a time in between. */
    private synchronized boolean isAnother() {
        Optional<LeaderInfo> now = directory.leader();
        if (now.isEmpty() || now.equals(last)) {
            return false;
        }
        boolean first = last.isEmpty();
        last = now;
        return !first;
    }

    @Override
    public void close() {
        registration.close();
    }
}
