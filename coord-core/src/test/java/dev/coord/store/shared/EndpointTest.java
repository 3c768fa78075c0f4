package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    private static final Endpoint OWNER = new Endpoint(4711, "process-a.lock", Path.of("/some/dir/coord-4711.sock"));

    @TempDir
    private Path root;

    private SharedDirectory directory;

    @BeforeEach
    void open() {
        directory = new SharedDirectory(root);
    }

    @Test
    void isReadAsItWasPublished() throws IOException {
        OWNER.publish(directory, 3);

        assertThat(Endpoint.read(directory, 3)).contains(OWNER);
        assertThat(Endpoint.read(directory, 4)).isEmpty();
        assertThat(Files.getPosixFilePermissions(directory.endpoint(3)))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void aLaterOwnerTakesThePlaceOfAnEarlierOne() throws IOException {
        var later = new Endpoint(4712, "process-b.lock", Path.of("/some/dir/coord-4712.sock"));
        OWNER.publish(directory, 3);
        later.publish(directory, 3);

        assertThat(Endpoint.read(directory, 3)).contains(later);
        try (var files = Files.list(root)) {
            assertThat(files).as("nothing half written stays").containsExactly(directory.endpoint(3));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "\n\n\n\n",
                "coord-endpoint",
                "coord-endpoint\n4711\n",
                "coord-endpoint\n4711\nprocess-a.lock",
                "coord-endpoint\nnot a pid\nprocess-a.lock\n/some/dir/x.sock\n",
                "coord-endpoint\n99999999999999999999\nprocess-a.lock\n/some/dir/x.sock\n",
                "coord-endpoint\n4711\nprocess-a.lock\n/some\0dir/x.sock\n",
                "coord-endpoint\n4711\nprocess-a.lock\nsome/dir/x.sock\n",
                "another-mark\n4711\nprocess-a.lock\n/some/dir/x.sock\n"
            })
    void rubbishIsNoEndpoint(String content) throws IOException {
        Files.writeString(directory.endpoint(3), content);

        assertThat(Endpoint.read(directory, 3)).isEmpty();
    }

    @Test
    void randomBytesAreNoEndpoint() throws IOException {
        var random = new Random(7);
        for (int i = 0; i < 200; i++) {
            var bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            Files.write(directory.endpoint(3), bytes);
            assertThat(Endpoint.read(directory, 3)).isEmpty();
        }
    }

    @Test
    void randomBytesAfterTheMarkAreNoEndpoint() throws IOException {
        byte[] mark = "coord-endpoint\n".getBytes(StandardCharsets.UTF_8);
        var random = new Random(8);
        for (int i = 0; i < 200; i++) {
            var bytes = new byte[mark.length + random.nextInt(300)];
            random.nextBytes(bytes);
            System.arraycopy(mark, 0, bytes, 0, mark.length);
            Files.write(directory.endpoint(3), bytes);
            assertThat(Endpoint.read(directory, 3)).isEmpty();
        }
    }

    @Test
    void aDirectoryInItsPlaceIsNoEndpoint() throws IOException {
        Files.createDirectory(directory.endpoint(3));

        assertThat(Endpoint.read(directory, 3)).isEmpty();
    }

    @Test
    void isWithdrawnOnlyByTheOwnerThatPublishedIt() throws IOException {
        OWNER.publish(directory, 3);

        new Endpoint(4711, "process-b.lock", OWNER.socket()).withdraw(directory, 3);
        assertThat(Endpoint.read(directory, 3)).contains(OWNER);

        OWNER.withdraw(directory, 3);
        assertThat(directory.endpoint(3)).doesNotExist();

        OWNER.withdraw(directory, 3);
    }
}
