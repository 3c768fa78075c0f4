package dev.coord.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Applications on a Spring Boot that is too old end with a sentence. */
class OldSpringBootIT {
    @TempDir
    private Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"3.5", "4.0"})
    void isRefusedInWords(String version) throws Exception {
        Run run = Run.of(ApplicationUnderTest.class, temp, ClassPaths.starterOn("spring-boot-" + version));
        assertThat(run.exit()).isOne();
        assertThat(run.output())
                .contains("APPLICATION FAILED TO START")
                .containsPattern("coord needs Spring Boot 4\\.1 or newer, and this application runs on Spring Boot "
                        + version.replace(".", "\\.") + "\\.")
                .contains("Upgrade the application to Spring Boot 4.1")
                .doesNotContain("NoClassDefFoundError", "ClassNotFoundException", "\tat ");
    }
}
