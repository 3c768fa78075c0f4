package dev.coord.store.maintenance;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.StoreException;
import dev.coord.Term;
import dev.coord.store.WorldHead;
import dev.coord.store.WorldStore;
import dev.coord.store.WorldStore.WorldLog;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupReadingTest {
    private static final WorldHead READ_FIRST = new WorldHead(new Term(1), 5, 5, 5);
    private static final WorldHead LATER = new WorldHead(new Term(1), 9, 9, 9);

    @Test
    void aLogThatWasTruncatedToItsEndIsNotItsEnd() {
        WorldStore store = answering(READ_FIRST, new WorldLog(LATER, List.of()));

        assertThatThrownBy(() -> new GroupReading(store, "group", part -> {}).read())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("was truncated while it was read, from entry 6 on");
    }

    private static WorldStore answering(WorldHead head, WorldLog log) {
        return (WorldStore) Proxy.newProxyInstance(
                WorldStore.class.getClassLoader(),
                new Class<?>[] {WorldStore.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "head" -> head;
                    case "log" -> log;
                    case "objects", "quads" -> new WorldStore.WorldPage(head, List.of(), List.of());
                    case "blocks" -> List.of();
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
