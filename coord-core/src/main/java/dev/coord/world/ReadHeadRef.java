package dev.coord.world;

import dev.coord.proto.WorldHead;

/** Says how far a world is. */
@FunctionalInterface
public interface ReadHeadRef {
    /** The head as it is now; may ask the store. */
    WorldHead read();
}
