package dev.coord.spring.autoconfigure;

import dev.coord.StoreUnavailableException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says who may be in the way, and which property gives it more time. */
final class StoreUnavailableFailureAnalyzer extends AbstractFailureAnalyzer<StoreUnavailableException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, StoreUnavailableException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Look for another process of the application that is frozen or overloaded: it may have the database open; or, with"
                        + " 'coord.store.type=jdbc', whether the database can be reached. If the machine is only slow, raise the property 'coord.start-timeout'.",
                cause);
    }
}
