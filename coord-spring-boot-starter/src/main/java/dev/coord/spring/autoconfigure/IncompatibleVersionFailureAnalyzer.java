package dev.coord.spring.autoconfigure;

import dev.coord.IncompatibleVersionException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says how to update an application whose processes are of versions of coord that cannot work together. */
final class IncompatibleVersionFailureAnalyzer extends AbstractFailureAnalyzer<IncompatibleVersionException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, IncompatibleVersionException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Deploy a version of the application in between, whose coord speaks the version of the protocol between the"
                        + " two; or stop all processes of the application, and start them again with one version.",
                cause);
    }
}
