package dev.coord.spring.autoconfigure;

import dev.coord.InvalidSettingsException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Names the properties of the settings that a message is about. */
final class InvalidSettingsFailureAnalyzer extends AbstractFailureAnalyzer<InvalidSettingsException> {
    /** What the core calls a setting, and what it is called as a property. The longer name comes before the one it contains. */
    private static final Map<String, String> PROPERTIES = new LinkedHashMap<>();

    static {
        PROPERTIES.put("mesh's connect timeout", "coord.mesh.connect-timeout");
        PROPERTIES.put("mesh's call timeout", "coord.mesh.call-timeout");
        PROPERTIES.put("mesh's heartbeat interval", "coord.mesh.heartbeat-interval");
        PROPERTIES.put("counts as unresponsive", "coord.mesh.unresponsive-after");
        PROPERTIES.put("mesh's largest message", "coord.mesh.max-message-size");
        PROPERTIES.put("host stale threshold", "coord.store.h2.host-stale-threshold");
        PROPERTIES.put("renewal interval", "coord.lease.renewal-interval");
        PROPERTIES.put("renew deadline", "coord.lease.renew-deadline");
        PROPERTIES.put("stale threshold", "coord.lease.stale-threshold");
        PROPERTIES.put("heartbeat interval", "coord.heartbeat-interval");
        PROPERTIES.put("participant expiry", "coord.participant-expiry");
        PROPERTIES.put("handler grace", "coord.handler-grace");
        PROPERTIES.put("start timeout", "coord.start-timeout");
        PROPERTIES.put("close timeout", "coord.close-timeout");
        PROPERTIES.put("call timeout", "coord.store.call-timeout");
        PROPERTIES.put("the group", "coord.group");
        PROPERTIES.put("capability", "coord.capabilities");
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidSettingsException cause) {
        List<String> properties = propertiesIn(String.valueOf(cause.getMessage()));
        String which = properties.isEmpty()
                ? "the properties that start with 'coord.'"
                : properties.stream()
                        .map(name -> "'" + name + "'")
                        .collect(Collectors.joining(", ", "the property ", ""));
        return new FailureAnalysis(
                cause.getMessage(),
                "Correct " + which
                        + " (or the settings of your own Coordinator bean), in all processes of the application.",
                cause);
    }

    /** The properties that {@code message} speaks of. */
    static List<String> propertiesIn(String message) {
        String left = message.toLowerCase(Locale.ROOT);
        Map<String, String> found = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry : PROPERTIES.entrySet()) {
            if (left.contains(entry.getKey())) {
                found.put(entry.getKey(), entry.getValue());
                left = left.replace(entry.getKey(), "");
            }
        }
        return List.copyOf(found.values());
    }
}
