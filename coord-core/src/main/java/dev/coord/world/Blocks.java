package dev.coord.world;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.coord.store.WorldStore;
import java.util.Optional;

/** The content of large blocks: a bounded cache before the store. Safe for use by many threads. */
final class Blocks {
    private final WorldStore store;
    private final String group;
    private final Cache<ObjectRef, byte[]> cache;

    Blocks(WorldStore store, String group, long maxBytes) {
        this.store = store;
        this.group = group;
        this.cache = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((ObjectRef ref, byte[] content) -> content.length)
                .executor(Runnable::run)
                .build();
    }

    /** The content, which the caller must not change. */
    Optional<byte[]> find(ObjectRef ref) {
        Optional<byte[]> inlined = ref.inlined();
        if (inlined.isPresent()) {
            return inlined;
        }
        byte[] cached = cache.getIfPresent(ref);
        if (cached != null) {
            return Optional.of(cached);
        }
        Optional<byte[]> stored = store.block(group, ref.stored());
        stored.ifPresent(content -> cache.put(ref, content));
        return stored;
    }

    /** Whether it is in the store at this moment: what is in the cache may have been removed there. */
    boolean isStored(ObjectRef ref) {
        return store.block(group, ref.stored()).isPresent();
    }

    byte[] read(ObjectRef ref) {
        return find(ref).orElseThrow(() -> new BlockNotFoundException(ref));
    }

    /** Remembers what was committed, so that reading it need not wait for the store. */
    void committed(ObjectRef ref, byte[] content) {
        cache.put(ref, content);
    }
}
