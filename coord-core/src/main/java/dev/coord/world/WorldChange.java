package dev.coord.world;

import dev.coord.proto.WorldChange.ChangeCase;
import dev.coord.proto.WorldChange.ObjectPut;
import dev.coord.proto.WorldChange.ObjectRemoved;

/** One change to a world, as its log has it: what is there afterwards. Carrying one out twice is the same as once. */
public sealed interface WorldChange {
    /** The object with this key has this root and this revision now; it may be new. */
    record ObjectSet(String key, ObjectRef root, long rev) implements WorldChange {
        @Override
        public boolean concerns(String prefix) {
            return key.startsWith(prefix);
        }
    }

    /** There is no object with this key any more. */
    record ObjectDeleted(String key) implements WorldChange {
        @Override
        public boolean concerns(String prefix) {
            return key.startsWith(prefix);
        }
    }

    /** The object has another key now; its root and its revision are as they were. */
    record ObjectRenamed(String from, String to, ObjectRef root, long rev) implements WorldChange {
        @Override
        public boolean concerns(String prefix) {
            return from.startsWith(prefix) || to.startsWith(prefix);
        }
    }

    /** There is this quad now. */
    record QuadSet(GraphQuad quad) implements WorldChange {
        @Override
        public boolean concerns(String prefix) {
            return quad.subject().startsWith(prefix) || quad.object().startsWith(prefix);
        }
    }

    /** There is no such quad any more. */
    record QuadDeleted(GraphQuad quad) implements WorldChange {
        @Override
        public boolean concerns(String prefix) {
            return quad.subject().startsWith(prefix) || quad.object().startsWith(prefix);
        }
    }

    /** Whether it changes an object whose key begins with {@code prefix}, or a quad at one. */
    boolean concerns(String prefix);

    /** As the log and the wire have it. */
    default dev.coord.proto.WorldChange toProto() {
        var change = dev.coord.proto.WorldChange.newBuilder();
        if (this instanceof ObjectSet set) {
            change.setObjectPut(ObjectPut.newBuilder()
                    .setKey(set.key())
                    .setRoot(set.root().toProto())
                    .setRev(set.rev()));
        } else if (this instanceof ObjectDeleted deleted) {
            change.setObjectRemoved(ObjectRemoved.newBuilder().setKey(deleted.key()));
        } else if (this instanceof ObjectRenamed renamed) {
            change.setObjectRenamed(dev.coord.proto.WorldChange.ObjectRenamed.newBuilder()
                    .setFrom(renamed.from())
                    .setTo(renamed.to())
                    .setRoot(renamed.root().toProto())
                    .setRev(renamed.rev()));
        } else if (this instanceof QuadSet set) {
            change.setQuadSet(set.quad().toProto());
        } else if (this instanceof QuadDeleted deleted) {
            change.setQuadDeleted(deleted.quad().toProto());
        }
        return change.build();
    }

    /**
     * The change that {@code change} stands for.
     *
     * @throws IllegalArgumentException if this version of coord does not know it
     */
    static WorldChange fromProto(dev.coord.proto.WorldChange change) {
        return switch (change.getChangeCase()) {
            case OBJECT_PUT -> {
                ObjectPut put = change.getObjectPut();
                yield new ObjectSet(put.getKey(), ObjectRef.fromProto(put.getRoot()), put.getRev());
            }
            case OBJECT_REMOVED -> new ObjectDeleted(change.getObjectRemoved().getKey());
            case OBJECT_RENAMED -> {
                var renamed = change.getObjectRenamed();
                yield new ObjectRenamed(
                        renamed.getFrom(), renamed.getTo(), ObjectRef.fromProto(renamed.getRoot()), renamed.getRev());
            }
            case QUAD_SET -> new QuadSet(GraphQuad.fromProto(change.getQuadSet()));
            case QUAD_DELETED -> new QuadDeleted(GraphQuad.fromProto(change.getQuadDeleted()));
            case CHANGE_NOT_SET ->
                throw new IllegalArgumentException("The world has a change that this version of coord does not know ("
                        + ChangeCase.CHANGE_NOT_SET + "): update this process");
        };
    }
}
