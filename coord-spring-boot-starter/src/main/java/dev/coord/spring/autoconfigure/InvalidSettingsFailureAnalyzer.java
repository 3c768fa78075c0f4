package dev.coord.spring.autoconfigure;

import dev.coord.InvalidSettingsException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Names the properties of the settings that are wrong, and the group, if it is one of several. */
final class InvalidSettingsFailureAnalyzer extends AbstractFailureAnalyzer<InvalidSettingsException> {
    /** The settings that are the same for all groups of an application. */
    private static final Set<String> COMMON = Set.of("dir", "start-timeout");

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidSettingsException cause) {
        InvalidGroupException inGroup = findCause(rootFailure, InvalidGroupException.class);
        List<String> properties = cause.settings().stream()
                .map(setting -> property(setting, inGroup))
                .toList();
        String which = properties.isEmpty()
                ? "the properties that start with 'coord.'"
                : properties.stream().collect(Collectors.joining("', '", "the property '", "'"));
        return new FailureAnalysis(
                inGroup == null ? cause.getMessage() : inGroup.getMessage(),
                "Correct " + which
                        + " (or the settings of your own Coordinator bean), in all processes of the application.",
                cause);
    }

    private static String property(String setting, @Nullable InvalidGroupException inGroup) {
        if (inGroup == null
                || COMMON.contains(setting)
                || setting.startsWith("mesh.")
                || setting.startsWith("store.")) {
            return "coord." + setting;
        }
        return "coord.groups." + inGroup.group() + "." + setting;
    }
}
