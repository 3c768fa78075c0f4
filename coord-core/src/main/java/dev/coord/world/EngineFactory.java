package dev.coord.world;

import dev.coord.Leadership;

/** Makes the engine of a leader. The default keeps the world in the store's tables. */
@FunctionalInterface
public interface EngineFactory {
    /**
     * An engine that writes as long as {@code leadership} is held; the caller closes it. May block. If it throws, this participant
     * steps down, so that another one may do better.
     *
     * @param defaults makes the default engine, for a factory that wraps it
     */
    WorldEngine create(Leadership leadership, Defaults defaults) throws Exception;

    /** Makes the default engine. */
    @FunctionalInterface
    interface Defaults {
        WorldEngine create(Leadership leadership) throws Exception;
    }

    /** The default engine. */
    static EngineFactory defaults() {
        return (leadership, defaults) -> defaults.create(leadership);
    }
}
