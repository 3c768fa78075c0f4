package dev.coord.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.mesh.Members.Member;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a mesh on Unix sockets has them. */
class MeshSocketTest {
    @TempDir
    Path directory;

    private Members members;

    @BeforeEach
    void makeMembers() {
        members = new Members(directory, Members.PATIENT);
    }

    @AfterEach
    void closeMembers() {
        members.close();
    }

    @Test
    void aSocketIsPrivateAndEachParticipantOfAProcessHasItsOwn() throws IOException {
        Member a = members.join();
        Member b = members.join();
        long pid = ProcessHandle.current().pid();
        assertThat(a.mesh().address()).endsWith("coord-" + pid + ".sock");
        assertThat(b.mesh().address()).endsWith("coord-" + pid + "-2.sock");
        assertThat(Files.getPosixFilePermissions(Path.of(a.mesh().address())))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        a.mesh().close();
        assertThat(Path.of(a.mesh().address())).doesNotExist();
    }

    @Test
    void aDirectoryWhosePathIsTooLongForASocketGetsAShortOne() throws IOException {
        Path deep = Files.createDirectories(directory.resolve("d".repeat(120)));
        try (var far = new Members(deep, Members.PATIENT)) {
            Member a = far.join();
            Member b = far.join();
            assertThat(a.mesh().address().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(106);
            assertThat(a.mesh().client(b.id()).info().id().value()).isEqualTo("m1");
            Path place = Path.of(a.mesh().address()).getParent();
            assertThat(Files.getPosixFilePermissions(place)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
            a.mesh().close();
            assertThat(place).doesNotExist();
        }
    }
}
