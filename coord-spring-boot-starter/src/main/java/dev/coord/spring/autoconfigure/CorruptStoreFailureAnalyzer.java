package dev.coord.spring.autoconfigure;

import dev.coord.CorruptStoreException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says where the damaged file is, and that nothing goes on without a decision. */
final class CorruptStoreFailureAnalyzer extends AbstractFailureAnalyzer<CorruptStoreException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, CorruptStoreException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Stop all processes of the application, put '" + cause.path()
                        + "' right as described, and start them again. To go"
                        + " on somewhere else meanwhile, set the property 'coord.dir' to the absolute path of another directory, in"
                        + " all processes: nothing is known there, and terms start at 1 again.",
                cause);
    }
}
