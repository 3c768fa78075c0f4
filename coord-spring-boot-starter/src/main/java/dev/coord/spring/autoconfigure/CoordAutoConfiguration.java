package dev.coord.spring.autoconfigure;

import dev.coord.cluster.Coordinator;
import dev.coord.cluster.RoleChangeHandler;
import dev.coord.spring.ContextReadiness;
import dev.coord.spring.CoordinatorLifecycle;
import dev.coord.spring.RoleBeanDetector;
import dev.coord.spring.RoleHandlers;
import dev.coord.world.WorldRoleHandler;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
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
 * build it with {@code shutdownHook(false)}, and with a handler of {@link RoleHandlers} if beans have
 * {@link dev.coord.spring.OnLeader @OnLeader} and the like, or if its handler is not to be called before the context is ready. Several of them are left to the application, unless one is primary.
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
    RoleHandlers coordRoleHandlers(
            ConfigurableListableBeanFactory beans, ContextReadiness readiness, Environment environment) {
        return new RoleHandlers(beans, readiness, RoleThreads.factory(environment));
    }

    // One in each context, also where the handlers are those of a parent.
    @Bean
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    RoleBeanDetector coordRoleBeanDetector(
            ConfigurableListableBeanFactory beans, ObjectProvider<RoleHandlers> handlers) {
        return new RoleBeanDetector(beans, handlers);
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
            RoleHandlers roleHandlers) {
        Coordinator.Builder builder = builder(properties)
                .group(properties.getGroup())
                .capabilities(properties.getCapabilities().toArray(String[]::new));
        WorldRoleHandler world = worlds.getIfAvailable();
        RoleChangeHandler own = OwnRoleHandlers.ofMain(
                        roleChangeHandlers, properties.getGroups().keySet(), beans)
                .orElse(null);
        RoleChangeHandler handler = handler(properties.getGroup(), roleHandlers, own, world);
        SwitchedCoordinator switched = test.getIfAvailable();
        if (switched != null) {
            return switched.build(builder, properties.toCoordinatorSettings(), handler, Optional.ofNullable(world));
        }
        return inDirectory(builder.handler(handler), properties, environment)
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

    /** The world first, so that what follows can use it; and what the application does, side by side. */
    private static RoleChangeHandler handler(
            String group, RoleHandlers handlers, @Nullable RoleChangeHandler own, @Nullable WorldRoleHandler world) {
        RoleChangeHandler beans = own == null ? handlers.forGroup(group) : handlers.forGroup(group, own);
        return world == null ? beans : world.andThen(beans);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnSingleCandidate(Coordinator.class)
    CoordinatorLifecycle coordinatorLifecycle(
            Coordinator coordinator, ApplicationEventPublisher publisher, ContextReadiness readiness) {
        return new CoordinatorLifecycle(coordinator, publisher, readiness);
    }
}
