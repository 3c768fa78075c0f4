package dev.coord.world;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The rules of a world, through the leader's engine and through a follower that forwards; read by a follower. */
class WorldContractTest {
    private static WorldGroup group;

    @BeforeAll
    static void start(@TempDir Path directory) {
        group = new WorldGroup(directory);
        group.join();
        group.join();
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    @Nested
    class ObjectsThroughTheEngine extends ObjectContract {
        ObjectsThroughTheEngine() {
            super(() -> group, ENGINE);
        }
    }

    @Nested
    class ObjectsForwarded extends ObjectContract {
        ObjectsForwarded() {
            super(() -> group, FORWARDING);
        }
    }

    @Nested
    class GraphThroughTheEngine extends GraphContract {
        GraphThroughTheEngine() {
            super(() -> group, ENGINE);
        }
    }

    @Nested
    class GraphForwarded extends GraphContract {
        GraphForwarded() {
            super(() -> group, FORWARDING);
        }
    }

    @Nested
    class BlocksThroughTheEngine extends BlockContract {
        BlocksThroughTheEngine() {
            super(() -> group, ENGINE);
        }
    }

    @Nested
    class BlocksForwarded extends BlockContract {
        BlocksForwarded() {
            super(() -> group, FORWARDING);
        }
    }

    @Nested
    class OperationsThroughTheEngine extends OperationContract {
        OperationsThroughTheEngine() {
            super(() -> group, ENGINE);
        }
    }

    @Nested
    class OperationsForwarded extends OperationContract {
        OperationsForwarded() {
            super(() -> group, FORWARDING);
        }
    }
}
