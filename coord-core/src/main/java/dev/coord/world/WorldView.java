package dev.coord.world;

import dev.coord.ParticipantId;
import java.util.List;
import java.util.Optional;

/**
 * What can be read of a world: objects by key, quads between them, and blocks. A view of one instant stays as it is, and may be
 * used from any thread for as long as somebody holds it.
 */
public interface WorldView {
    /** The last commit that this view has; inside an operation, the one before it. */
    long seqno();

    /** The object with this key. */
    Optional<? extends ObjectView> object(String key);

    /** The objects whose key begins with {@code prefix}, in the order of their keys ({@link String#compareTo}). */
    ObjectIterator<? extends ObjectView> objects(String prefix, boolean reversed);

    /** The same, from the first to the last. */
    default ObjectIterator<? extends ObjectView> objects(String prefix) {
        return objects(prefix, false);
    }

    /** The objects that end with {@code owner}, in the order of their keys; see {@link ObjectLifetime}. */
    List<? extends ObjectView> objectsOwnedBy(ParticipantId owner);

    /** How many objects there are. */
    int countObjects();

    /** Quads that match, at most {@code limit}. */
    List<GraphQuad> lookUpQuads(QuadFilter filter, int limit);

    /** Reads blocks. */
    StorageView storage();
}
