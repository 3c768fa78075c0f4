package dev.coord.spring.autoconfigure;

import dev.coord.cluster.Coordinator;
import dev.coord.cluster.RoleChangeHandler;
import dev.coord.spring.ContextReadiness;
import dev.coord.spring.CoordinatorLifecycle;
import dev.coord.world.WorldRoleHandler;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Makes this application a participant: a {@link Coordinator} from the {@code coord.*} properties, with the application's
 * {@link RoleChangeHandler} if there is one, that lives as long as the application context.
 *
 * <p>A {@code Coordinator} bean of the application's own takes its place, and is started, closed and listened to in the same way;
 * build it with {@code shutdownHook(false)}, and with {@link ContextReadiness#whenReady} if its handler is not to be called before
 * the context is ready. Several of them are left to the application, unless one is primary.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "coord.enabled", matchIfMissing = true)
@EnableConfigurationProperties(CoordProperties.class)
public final class CoordAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    ContextReadiness coordContextReadiness(ConfigurableApplicationContext context) {
        return new ContextReadiness(context);
    }

    @Bean
    @ConditionalOnMissingBean
    Coordinator coordinator(
            CoordProperties properties,
            Environment environment,
            ObjectProvider<RoleChangeHandler> roleChangeHandlers,
            ObjectProvider<WorldRoleHandler> worlds,
            ObjectProvider<SwitchedCoordinator> test,
            ListableBeanFactory beans,
            ContextReadiness readiness) {
        Coordinator.Builder builder = builder(properties)
                .group(properties.getGroup())
                .capabilities(properties.getCapabilities().toArray(String[]::new));
        WorldRoleHandler world = worlds.getIfAvailable();
        RoleChangeHandler own = RoleHandlers.ofMain(
                        roleChangeHandlers, properties.getGroups().keySet(), beans)
                .map(readiness::whenReady)
                .orElse(null);
        Optional<RoleChangeHandler> handler = handler(world, own);
        SwitchedCoordinator switched = test.getIfAvailable();
        if (switched != null) {
            return switched.build(builder, properties.toCoordinatorSettings(), handler, Optional.ofNullable(world));
        }
        handler.ifPresent(builder::handler);
        return inDirectory(builder, properties, environment)
                .settings(properties.toCoordinatorSettings())
                .build();
    }

    /** With what is the same for all groups. */
    static Coordinator.Builder builder(CoordProperties properties) {
        return Coordinator.builder()
                .meshSettings(properties.toMeshSettings())
                // The application context closes it, at its own time.
                .shutdownHook(false);
    }

    /** In the directory that the processes share. */
    static Coordinator.Builder inDirectory(
            Coordinator.Builder builder, CoordProperties properties, Environment environment) {
        Path directory = SharedDirectoryResolver.resolve(
                properties.getDir(),
                environment.getProperty("spring.application.name"),
                environment.getProperty("user.home"));
        return builder.directory(directory).storeSettings(properties.toStoreSettings());
    }

    private static Optional<RoleChangeHandler> handler(
            @Nullable WorldRoleHandler world, @Nullable RoleChangeHandler own) {
        if (world == null) {
            return Optional.ofNullable(own);
        }
        return Optional.of(own == null ? world : world.andThen(own));
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnSingleCandidate(Coordinator.class)
    CoordinatorLifecycle coordinatorLifecycle(
            Coordinator coordinator, ApplicationEventPublisher publisher, ContextReadiness readiness) {
        return new CoordinatorLifecycle(coordinator, publisher, readiness);
    }
}
