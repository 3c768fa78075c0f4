package dev.coord.spring.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which property to set. */
final class UnusableDirectoryFailureAnalyzer extends AbstractFailureAnalyzer<UnusableDirectoryException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnusableDirectoryException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
    }
}
