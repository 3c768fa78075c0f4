package dev.coord.spring.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which Spring Boot is needed. */
final class SpringBootTooOldFailureAnalyzer extends AbstractFailureAnalyzer<SpringBootTooOldException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, SpringBootTooOldException cause) {
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()),
                "Upgrade the application to Spring Boot " + SpringBootVersionCheck.NEEDED
                        + ", or remove the dependency dev.coord:coord-spring-boot-starter.",
                cause);
    }
}
