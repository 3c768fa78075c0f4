package dev.coord.spring.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which method cannot be an operation, and how to repair it. */
final class InvalidWorldOpFailureAnalyzer extends AbstractFailureAnalyzer<InvalidWorldOpException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidWorldOpException cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
    }
}
