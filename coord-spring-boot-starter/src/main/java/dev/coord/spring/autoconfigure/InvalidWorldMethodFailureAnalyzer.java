package dev.coord.spring.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which method cannot be an operation, or a listener, and how to repair it. */
final class InvalidWorldMethodFailureAnalyzer extends AbstractFailureAnalyzer<InvalidWorldMethodException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidWorldMethodException cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
    }
}
