package dev.coord.spring.autoconfigure;

import dev.coord.DirectoryException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which property names the directory. */
final class DirectoryFailureAnalyzer extends AbstractFailureAnalyzer<DirectoryException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, DirectoryException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Correct '" + cause.path()
                        + "' as described, or set the property 'coord.dir' to the absolute path of another"
                        + " directory, the same in all processes of the application.",
                cause);
    }
}
