package dev.coord.world;

import dev.coord.Leadership;
import dev.coord.store.BlockRef;
import dev.coord.store.WorldStore;
import dev.coord.store.WorldWriter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Removes the blocks that no object refers to, fenced, on the thread of the writer: nothing is committed meanwhile. A reader of an
 * older snapshot may miss such a block.
 */
final class Sweep {
    private static final int PAGE_ROWS = 500;

    private final WorldStore store;
    private final Leadership leadership;

    Sweep(WorldStore store, Leadership leadership) {
        this.store = store;
        this.leadership = leadership;
    }

    /** Says how many it removed. */
    long run(Snapshot snapshot) {
        long removed = 0;
        Set<BlockRef> referred = null;
        List<BlockRef> page = store.blocks(leadership.group(), BlockRef.NONE, PAGE_ROWS);
        while (!page.isEmpty()) {
            if (referred == null) {
                referred = referred(snapshot);
            }
            Set<BlockRef> kept = referred;
            List<BlockRef> unused =
                    page.stream().filter(ref -> !kept.contains(ref)).toList();
            if (!unused.isEmpty()) {
                if (!remove(unused, snapshot.seqno())) {
                    return removed;
                }
                removed += unused.size();
            }
            page = store.blocks(leadership.group(), page.get(page.size() - 1), PAGE_ROWS);
        }
        return removed;
    }

    private static Set<BlockRef> referred(Snapshot snapshot) {
        Set<BlockRef> refs = new HashSet<>();
        snapshot.objects().values().forEach(object -> {
            if (!object.root().isInline()) {
                refs.add(object.root().stored());
            }
        });
        return refs;
    }

    private boolean remove(List<BlockRef> refs, long seqno) {
        var writer = new WorldWriter(leadership.group(), leadership.participant(), leadership.term());
        return store.removeBlocks(writer, seqno, refs).accepted();
    }
}
