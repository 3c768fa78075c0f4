package dev.coord.world;

/** One change to a world, as its log has it: what is there afterwards. Carrying one out twice is the same as once. */
public sealed interface WorldChange {
    /**
     * The object with this key has this root and this revision now; it may be new.
     *
     * @param modSeqno the commit that changed it last
     */
    record ObjectSet(String key, ObjectRef root, long rev, long modSeqno, ObjectLifetime lifetime)
            implements WorldChange {
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

    /** The object has another key now; its root, its revision and its lifetime are as they were. */
    record ObjectRenamed(String from, String to, ObjectRef root, long rev, long modSeqno, ObjectLifetime lifetime)
            implements WorldChange {
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
}
