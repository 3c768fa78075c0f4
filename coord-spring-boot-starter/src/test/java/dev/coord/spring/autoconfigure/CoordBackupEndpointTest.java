package dev.coord.spring.autoconfigure;

import static dev.coord.spring.Patience.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.spring.Patience;
import dev.coord.spring.actuate.CoordBackupEndpoint;
import dev.coord.spring.actuate.CoordBackupEndpoint.RefusalDescriptor;
import dev.coord.store.maintenance.Backup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.Resource;

class CoordBackupEndpointTest {
    @TempDir
    private Path temp;

    private ApplicationContextRunner exposed;

    @BeforeEach
    void baseline() {
        exposed = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        CoordWorldAutoConfiguration.class,
                        CoordAutoConfiguration.class,
                        CoordEndpointAutoConfiguration.class))
                .withPropertyValues(Patience.properties(temp.resolve("shared")))
                .withPropertyValues("management.endpoints.web.exposure.include=*");
    }

    @Test
    void itGivesABackupThatIsWholeAndLeavesNothingBehind() {
        exposed.withPropertyValues("management.endpoint.coordbackup.access=READ_ONLY")
                .run(context -> {
                    assertThat(context.getBean(Coordinator.class).awaitRole(LIMIT))
                            .isEqualTo(Role.LEADER);
                    Set<Path> before = temporaryFiles();

                    WebEndpointResponse<Object> response =
                            context.getBean(CoordBackupEndpoint.class).backup();

                    assertThat(response.getStatus()).isEqualTo(200);
                    assertThat(String.valueOf(response.getContentType())).isEqualTo("application/zip");
                    Path copy = temp.resolve("backup.zip");
                    try (InputStream in = ((Resource) response.getBody()).getInputStream()) {
                        Files.copy(in, copy);
                    }
                    assertThat(Backup.open(copy).groups()).singleElement().satisfies(group -> {
                        assertThat(group.group()).isEqualTo("default");
                        assertThat(group.term()).isEqualTo(1);
                    });
                    assertThat(temporaryFiles()).isEqualTo(before);
                });
    }

    @Test
    void itSaysWhyThereIsNone() {
        exposed.withPropertyValues("management.endpoint.coordbackup.access=READ_ONLY")
                .run(context -> {
                    context.getBean(Coordinator.class).close();
                    Set<Path> before = temporaryFiles();

                    WebEndpointResponse<Object> response =
                            context.getBean(CoordBackupEndpoint.class).backup();

                    assertThat(response.getStatus()).isEqualTo(503);
                    assertThat(((RefusalDescriptor) response.getBody()).message())
                            .contains("is not started, or closed");
                    assertThat(temporaryFiles()).isEqualTo(before);
                });
    }

    @Test
    void nobodyHasAccessUntilAPropertySaysSo() {
        exposed.run(context -> assertThat(context).doesNotHaveBean(CoordBackupEndpoint.class));
        exposed.withPropertyValues(
                        "management.endpoints.web.exposure.include=coord",
                        "management.endpoint.coordbackup.access=READ_ONLY")
                .run(context -> assertThat(context).doesNotHaveBean(CoordBackupEndpoint.class));
    }

    private static Set<Path> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("coord-backup-"))
                    .collect(Collectors.toSet());
        }
    }
}
