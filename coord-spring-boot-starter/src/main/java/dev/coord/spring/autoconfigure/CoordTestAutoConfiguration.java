package dev.coord.spring.autoconfigure;

import dev.coord.Role;
import dev.coord.spring.test.TestCoordinator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;

/** For tests of applications: a {@link TestCoordinator} that decides the role, on a store in memory. */
@AutoConfiguration(before = CoordAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "coord.enabled", matchIfMissing = true)
@ConditionalOnProperty("coord.test.role")
@EnableConfigurationProperties(CoordProperties.class)
public final class CoordTestAutoConfiguration {
    @Bean
    SwitchedCoordinator coordTestCoordinator(CoordProperties properties) {
        Role role = properties.getTest().getRole();
        if (role != Role.LEADER && role != Role.FOLLOWER) {
            throw new InvalidConfigurationPropertyValueException(
                    "coord.test.role", role, "A test begins as 'leader' or 'follower'.");
        }
        return new SwitchedCoordinator(role);
    }
}
