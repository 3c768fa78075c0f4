package dev.coord.world;

import dev.coord.ParticipantId;
import java.util.List;
import java.util.Optional;

/**
 * A world that can be written to. The one inside an operation or a transaction changes as it is written to; the forwarding one
 * reads what is there now and sends its writes to the leader.
 *
 * <p>What writes throws {@link ReadOnlyWorldException} if this is {@link #readOnly()}, as in a transaction that only reads, and
 * other {@link WorldException}s as each method says. A state inside an operation or a transaction is for its thread alone, and of
 * no use after its end; others may be used from any thread.
 */
public interface WorldState extends WorldView {
    /** Whether this refuses to write. */
    boolean readOnly();

    @Override
    Optional<ObjectState> object(String key);

    /**
     * Makes an object, with revision 1.
     *
     * @param root its content, which must be stored, or {@link ObjectRef#EMPTY}
     * @throws ObjectExistsException if it is there already
     * @throws BlockNotFoundException if there is no such block
     */
    default ObjectState createObject(String key, ObjectRef root) {
        return createObject(key, root, ObjectLifetime.UNLIMITED);
    }

    /** The same with a lifetime. */
    ObjectState createObject(String key, ObjectRef root, ObjectLifetime lifetime);

    /**
     * Makes an object, or gives the one that is there another root; an equal root changes nothing, and its lifetime stays.
     *
     * @throws BlockNotFoundException if there is no such block
     */
    ObjectState putObject(String key, ObjectRef root);

    /** The same, with a lifetime that begins now: it is always a change. */
    ObjectState putObject(String key, ObjectRef root, ObjectLifetime lifetime);

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

    @Override
    ObjectIterator<ObjectState> objects(String prefix, boolean reversed);

    @Override
    List<? extends ObjectState> objectsOwnedBy(ParticipantId owner);

    @Override
    default ObjectIterator<ObjectState> objects(String prefix) {
        return objects(prefix, false);
    }

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
     * Applies an operation, inside this state's transaction if it has one.
     *
     * @param sender who wants it; a forwarding state names this participant whatever is given
     * @return what it returned, and, if it was committed by itself, the number of its commit
     */
    WorldResult applyWorldOp(WorldOperation operation, ParticipantId sender);

    @Override
    StorageCursor storage();
}
