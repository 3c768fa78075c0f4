package dev.coord.world;

import dev.coord.ParticipantId;
import java.util.List;
import java.util.Optional;

/**
 * A view of a world: objects by key, quads between them, and blocks. A view of one instant stays as it is; the view inside an
 * operation or a transaction changes as it writes; a forwarding view reads what is there now and sends its writes to the leader.
 *
 * <p>What writes throws {@link ReadOnlyWorldException} on a view that is {@link #readOnly()}, and other {@link WorldException}s as
 * each method says. A view inside an operation or a transaction is for its thread alone, and of no use after its end; others may
 * be used from any thread.
 */
public interface WorldState {
    /** Whether this view refuses to write. */
    boolean readOnly();

    /** The last commit that this view has; inside an operation, the one before it. */
    long seqno();

    /** The object with this key. */
    Optional<ObjectState> object(String key);

    /**
     * Makes an object, with revision 1.
     *
     * @param root its content, which must be stored, or {@link ObjectRef#EMPTY}
     * @throws ObjectExistsException if it is there already
     * @throws BlockNotFoundException if there is no such block
     */
    ObjectState createObject(String key, ObjectRef root);

    /** Deletes an object and all its quads, which counts as a touch for the objects at their other ends; says whether it was there. */
    boolean deleteObject(String key);

    /**
     * Gives an object another key. Its root and revision stay, and its quads name the new key.
     *
     * @param descendants objects whose key begins with {@code from} and a slash move along
     * @throws ObjectNotFoundException if it is not there
     * @throws ObjectExistsException if one of the new keys is taken; nothing is renamed then
     */
    ObjectState renameObject(String from, String to, boolean descendants);

    /** The objects whose key begins with {@code prefix}, in the order of their keys ({@link String#compareTo}). */
    ObjectIterator objects(String prefix, boolean reversed);

    /** The same, from the first to the last. */
    default ObjectIterator objects(String prefix) {
        return objects(prefix, false);
    }

    /** How many objects there are. */
    int countObjects();

    /** Quads that match, at most {@code limit}. */
    List<GraphQuad> lookUpQuads(QuadFilter filter, int limit);

    /**
     * Sets a quad, and increments the revisions of its two objects; a quad that is there already changes nothing. Says whether
     * it is new.
     *
     * @throws ObjectNotFoundException if one of its ends is not there
     */
    boolean setQuad(GraphQuad quad);

    /** Deletes a quad, and increments the revisions of its two objects; says whether it was there. */
    boolean deleteQuad(GraphQuad quad);

    /** Deletes all quads from and to an object, and increments the revisions of what they touched; says whether there were any. */
    boolean deleteObjectQuads(String key);

    /**
     * Applies an operation, inside this view's transaction if it has one.
     *
     * @param sender who wants it; a forwarding view names this participant whatever is given
     * @return what it returned, and, if it was committed by itself, the number of its commit
     */
    WorldResult applyWorldOp(WorldOperation operation, ParticipantId sender);

    /** Reads and writes blocks. */
    StorageCursor storage();
}
