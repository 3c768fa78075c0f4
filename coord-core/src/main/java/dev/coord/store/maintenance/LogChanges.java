package dev.coord.store.maintenance;

import dev.coord.proto.WorldChangeRecord;
import dev.coord.store.StoredObject;
import dev.coord.store.StoredQuad;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What a part of a log says of objects and quads: what is there after it, and that nothing is. */
final class LogChanges {
    private final Map<String, Optional<StoredObject>> objects = new HashMap<>();
    private final Map<StoredQuad, Boolean> quads = new HashMap<>();

    void add(WorldChangeRecord change) {
        switch (change.getChangeCase()) {
            case OBJECT_PUT -> {
                WorldChangeRecord.ObjectPut now = change.getObjectPut();
                put(new StoredObject(
                        now.getKey(),
                        StoredParts.ref(now.getRoot()),
                        now.getRev(),
                        now.getModSeqno(),
                        now.getTtlMillis(),
                        now.getOwner()));
            }
            case OBJECT_REMOVED -> objects.put(change.getObjectRemoved().getKey(), Optional.empty());
            case OBJECT_RENAMED -> {
                WorldChangeRecord.ObjectRenamed now = change.getObjectRenamed();
                objects.put(now.getFrom(), Optional.empty());
                put(new StoredObject(
                        now.getTo(),
                        StoredParts.ref(now.getRoot()),
                        now.getRev(),
                        now.getModSeqno(),
                        now.getTtlMillis(),
                        now.getOwner()));
            }
            case QUAD_SET -> quads.put(StoredParts.quad(change.getQuadSet()), true);
            case QUAD_DELETED -> quads.put(StoredParts.quad(change.getQuadDeleted()), false);
            case CHANGE_NOT_SET ->
                throw new IllegalArgumentException("A change of the world that this version of coord does not know");
        }
    }

    private void put(StoredObject object) {
        objects.put(object.key(), Optional.of(object));
    }

    /** By key; empty where it was removed. */
    Map<String, Optional<StoredObject>> objects() {
        return objects;
    }

    /** Whether it is there. */
    Map<StoredQuad, Boolean> quads() {
        return quads;
    }
}
