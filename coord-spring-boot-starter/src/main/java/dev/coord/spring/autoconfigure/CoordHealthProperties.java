package dev.coord.spring.autoconfigure;

import dev.coord.InvalidSettingsException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the application's health says of the coordinator.
 *
 * @param noLeaderGrace How long no leader may be known before the participant is out of service; until then its health is unknown.
 * @param worldLagGrace How long commits of the world may be known to exist that cannot be read here, before the participant is out of
 *     service.
 * @param readiness The readiness group of the health endpoint.
 */
@ConfigurationProperties("coord.health")
public record CoordHealthProperties(
        @DefaultValue("5s") Duration noLeaderGrace,
        @DefaultValue("10s") Duration worldLagGrace,
        @DefaultValue Readiness readiness) {
    /** The grace, which is not negative. */
    Duration checkedNoLeaderGrace() {
        if (noLeaderGrace.isNegative()) {
            throw new InvalidSettingsException(
                    "The no-leader grace must not be negative: " + noLeaderGrace.toMillis() + " ms",
                    "health.no-leader-grace");
        }
        return noLeaderGrace;
    }

    /** The grace of the world, which is not negative. */
    Duration checkedWorldLagGrace() {
        if (worldLagGrace.isNegative()) {
            throw new InvalidSettingsException(
                    "The world's lag grace must not be negative: " + worldLagGrace.toMillis() + " ms",
                    "health.world-lag-grace");
        }
        return worldLagGrace;
    }

    /**
     * The readiness group of the health endpoint.
     *
     * @param enabled Whether "coord" is part of the readiness group: an instance that knows no leader gets no requests.
     */
    public record Readiness(@DefaultValue("false") boolean enabled) {}
}
