package dev.coord.world;

import dev.coord.world.WorldChange.ObjectDeleted;
import dev.coord.world.WorldChange.ObjectRenamed;
import dev.coord.world.WorldChange.ObjectSet;
import dev.coord.world.WorldChange.QuadDeleted;
import dev.coord.world.WorldChange.QuadSet;

/** How large changes are. */
final class ChangeSize {
    private static final long AROUND = 4;

    private ChangeSize() {}

    /** What a change has in the log, at least. */
    static long of(WorldChange change) {
        if (change instanceof ObjectSet set) {
            return AROUND + set.key().length() + set.root().stored().address().length;
        } else if (change instanceof ObjectDeleted deleted) {
            return AROUND + deleted.key().length();
        } else if (change instanceof ObjectRenamed renamed) {
            return AROUND
                    + renamed.from().length()
                    + renamed.to().length()
                    + renamed.root().stored().address().length;
        } else if (change instanceof QuadSet set) {
            return of(set.quad());
        } else if (change instanceof QuadDeleted deleted) {
            return of(deleted.quad());
        }
        return AROUND;
    }

    private static long of(GraphQuad quad) {
        return AROUND
                + quad.subject().length()
                + quad.predicate().length()
                + quad.object().length()
                + quad.label().length();
    }
}
