package dev.coord.spring.test;

import dev.coord.Role;
import dev.coord.spring.AnnotatedRoles;
import dev.coord.spring.ContextReadiness;
import dev.coord.spring.RoleThreads;
import dev.coord.spring.autoconfigure.CoordAutoConfiguration;
import dev.coord.spring.autoconfigure.CoordProperties;
import dev.coord.world.WorldRoleHandler;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** For tests of applications: a {@link TestCoordinator} that decides the roles, on a store in memory. */
@AutoConfiguration(before = CoordAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "coord.enabled", matchIfMissing = true)
@ConditionalOnProperty("coord.test.role")
@EnableConfigurationProperties({CoordProperties.class, CoordTestProperties.class})
public final class CoordTestAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    SwitchedCoordinator coordTestCoordinator(
            CoordProperties coord, CoordTestProperties test, ObjectProvider<WorldRoleHandler> worlds) {
        Role role = test.role();
        if (role != Role.LEADER && role != Role.FOLLOWER) {
            throw new InvalidConfigurationPropertyValueException(
                    "coord.test.role", role, "A test begins as 'leader' or 'follower'.");
        }
        return new SwitchedCoordinator(coord.group(), role, test.followerIn(), worlds);
    }

    /** The application's, on threads that the {@link TestCoordinator} looks at. */
    @Bean
    @ConditionalOnMissingBean
    AnnotatedRoles coordAnnotatedRoles(
            ConfigurableListableBeanFactory beans,
            ContextReadiness readiness,
            Environment environment,
            SwitchedCoordinator test) {
        return new AnnotatedRoles(beans, readiness, test.watch(RoleThreads.factory(environment)));
    }
}
