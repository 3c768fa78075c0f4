package dev.coord.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.diagnostics.FailureAnalysis;

class SpringBootVersionCheckTest {
    @ParameterizedTest
    @ValueSource(strings = {"2.7.18", "3.5.6", "4.0.0", "4.0.12", "4.0.0-SNAPSHOT"})
    void anOlderOneIsRefused(String version) {
        assertThatExceptionOfType(SpringBootTooOldException.class)
                .isThrownBy(() -> SpringBootVersionCheck.check(version))
                .withMessage("coord needs Spring Boot 4.1 or newer, and this application runs on Spring Boot " + version
                        + ".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4.1.0", "4.1.0-RC1", "4.10.1", "5.0.0", "10.0.0", "ours", ""})
    void aNewerOneIsNot(String version) {
        assertThatNoException().isThrownBy(() -> SpringBootVersionCheck.check(version));
    }

    @Test
    void anUnknownOneIsNot() {
        assertThatNoException().isThrownBy(() -> SpringBootVersionCheck.check(null));
    }

    @Test
    void theAnalysisSaysWhatToDo() {
        FailureAnalysis analysis =
                new SpringBootTooOldFailureAnalyzer().analyze(new SpringBootTooOldException("3.5.6"));
        assertThat(analysis.getAction()).contains("Upgrade the application to Spring Boot 4.1");
    }
}
