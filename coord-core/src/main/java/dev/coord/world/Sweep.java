package dev.coord.world;

import dev.coord.Leadership;
import dev.coord.proto.WorldBlockRemoval;
import dev.coord.proto.WorldRef;
import dev.coord.store.WorldStore;
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
        Set<WorldRef> referred = null;
        List<WorldRef> page = store.blocks(leadership.group(), WorldRef.getDefaultInstance(), PAGE_ROWS);
        while (!page.isEmpty()) {
            if (referred == null) {
                referred = referred(snapshot);
            }
            Set<WorldRef> kept = referred;
            List<WorldRef> unused =
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

    private static Set<WorldRef> referred(Snapshot snapshot) {
        Set<WorldRef> refs = new HashSet<>();
        snapshot.objects().values().forEach(object -> {
            if (!object.root().isInline()) {
                refs.add(object.root().toProto());
            }
        });
        return refs;
    }

    private boolean remove(List<WorldRef> refs, long seqno) {
        return store.removeBlocks(WorldBlockRemoval.newBuilder()
                        .setGroup(leadership.group())
                        .setParticipantId(leadership.participant().value())
                        .setTerm(leadership.term().value())
                        .setBaseSeqno(seqno)
                        .addAllRefs(refs)
                        .build())
                .accepted();
    }
}
