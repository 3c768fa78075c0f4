package dev.coord.spring.autoconfigure;

import dev.coord.InvalidSettingsException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** What the application's health says of the coordinator. */
@ConfigurationProperties("coord.health")
public class CoordHealthProperties {
    /** How long no leader may be known before the participant is out of service; until then its health is unknown. */
    private Duration noLeaderGrace = Duration.ofSeconds(5);

    private final Readiness readiness = new Readiness();

    public Duration getNoLeaderGrace() {
        return noLeaderGrace;
    }

    public void setNoLeaderGrace(Duration noLeaderGrace) {
        this.noLeaderGrace = noLeaderGrace;
    }

    public Readiness getReadiness() {
        return readiness;
    }

    /** The grace, which is not negative. */
    Duration checkedNoLeaderGrace() {
        if (noLeaderGrace.isNegative()) {
            throw new InvalidSettingsException(
                    "The no-leader grace must not be negative: " + noLeaderGrace.toMillis() + " ms",
                    "health.no-leader-grace");
        }
        return noLeaderGrace;
    }

    /** The readiness group of the health endpoint. */
    public static class Readiness {
        /** Whether "coord" is part of the readiness group: an instance that knows no leader gets no requests. */
        private boolean enabled;

        public boolean isEnabled() {
            return enabled;
        }

        public void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }
    }
}
