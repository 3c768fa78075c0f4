package dev.coord.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.mesh.Members.Member;
import dev.coord.testing.TestTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(TestTransport.class)
class MeshCloseTest {
    private static final Logger GRPC = Logger.getLogger("io.grpc");
    private static final MeshSettings BUSY = new MeshSettings(
            Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofMillis(5), Duration.ofSeconds(1), 1_000_000);

    @Parameter
    private TestTransport transport;

    @TempDir
    private Path directory;

    private final List<LogRecord> complaints = new CopyOnWriteArrayList<>();
    private final Handler log = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
                complaints.add(entry);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        GRPC.addHandler(log);
    }

    @AfterEach
    void end() {
        GRPC.removeHandler(log);
    }

    /** The follower closes while it looks for the leader that has just gone. */
    @Test
    void closingWhileAConnectionIsMadeIsQuiet() {
        for (int i = 0; i < 20; i++) {
            try (var members = new Members(transport, directory, BUSY)) {
                Member leader = members.join();
                Member follower = members.join();
                members.lead(leader);
                await().pollInterval(Duration.ofMillis(1))
                        .until(() -> follower.mesh().isWatching(leader.id()));
            }
        }
        assertThat(complaints).isEmpty();
    }
}
