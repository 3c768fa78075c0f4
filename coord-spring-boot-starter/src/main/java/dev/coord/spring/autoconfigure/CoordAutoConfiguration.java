package dev.coord.spring.autoconfigure;

import dev.coord.cluster.Coordinator;
import dev.coord.cluster.RoleChangeHandler;
import dev.coord.spring.AnnotatedRoles;
import dev.coord.spring.ContextReadiness;
import dev.coord.spring.CoordinatorBuilderCustomizer;
import dev.coord.spring.CoordinatorLifecycle;
import dev.coord.spring.ParticipantAttributes;
import dev.coord.spring.RoleBeanDetector;
import dev.coord.spring.RoleThreads;
import dev.coord.world.WorldRoleHandler;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Makes this application a participant: a {@link Coordinator} from the {@code coord.*} properties, with the application's
 * {@link RoleChangeHandler} if there is one, that lives as long as the application context. {@link CoordinatorBuilderCustomizer} beans
 * have a say in how it is built, and {@link ParticipantAttributes} beans in what it tells the others of itself.
 *
 * <p>A {@code Coordinator} bean of the application's own takes its place, and is started, closed and listened to in the same way;
 * build it with {@code shutdownHook(false)}, and with a handler of {@link AnnotatedRoles} if beans have
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
    AnnotatedRoles coordAnnotatedRoles(
            ConfigurableListableBeanFactory beans, ContextReadiness readiness, Environment environment) {
        return new AnnotatedRoles(beans, readiness, RoleThreads.factory(environment));
    }

    // One in each context, also where the handlers are those of a parent.
    @Bean
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    RoleBeanDetector coordRoleBeanDetector(
            ConfigurableListableBeanFactory beans, ObjectProvider<AnnotatedRoles> roles) {
        return new RoleBeanDetector(beans, roles);
    }

    @Bean
    @ConditionalOnMissingBean
    MeshNetwork coordMeshNetwork(CoordProperties properties, ObjectProvider<SslBundles> bundles) {
        return MeshNetwork.of(properties.mesh(), bundles);
    }

    @Bean
    @ConditionalOnMissingBean
    Coordinator coordCoordinator(
            CoordProperties properties,
            MeshNetwork network,
            Environment environment,
            ObjectProvider<RoleChangeHandler> roleChangeHandlers,
            ObjectProvider<WorldRoleHandler> worlds,
            ObjectProvider<CoordinatorBuilderCustomizer> customizers,
            ObjectProvider<ParticipantAttributes> attributes,
            ObjectProvider<ApplicationDatabase> application,
            ListableBeanFactory beans,
            AnnotatedRoles roles) {
        RoleChangeHandler own = handler(
                properties.group(),
                roles,
                RoleHandlers.ofMain(roleChangeHandlers, properties.groups().keySet(), beans));
        WorldRoleHandler world = worlds.getIfAvailable();
        Coordinator.Builder builder = Coordinator.builder()
                .group(properties.group())
                .capabilities(properties.capabilities().toArray(String[]::new))
                .attributes(properties.attributes())
                .settings(properties.toCoordinatorSettings())
                // The world first, so that the application can use it.
                .handler(world == null ? own : world.andThen(own));
        return build(builder, properties, network, environment, attributes, customizers, application);
    }

    /** What the application does in its roles in {@code group}, with its own handler if it has one. */
    static RoleChangeHandler handler(String group, AnnotatedRoles roles, Optional<RoleChangeHandler> own) {
        return own.map(handler -> roles.handler(group, handler)).orElseGet(() -> roles.handler(group));
    }

    /** Adds what is the same for all groups, and builds; in the database or the directory of the properties, unless a customizer says where. */
    static Coordinator build(
            Coordinator.Builder builder,
            CoordProperties properties,
            MeshNetwork network,
            Environment environment,
            ObjectProvider<ParticipantAttributes> attributes,
            ObjectProvider<CoordinatorBuilderCustomizer> customizers,
            ObjectProvider<ApplicationDatabase> application) {
        network.applyTo(builder);
        String group = builder.group();
        builder.attributes(() -> all(attributes, group));
        builder.meshSettings(properties.toMeshSettings())
                .storeSettings(properties.toStoreSettings())
                // The application context closes it, at its own time.
                .shutdownHook(false);
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        if (!builder.hasPlace() && properties.store().type() == CoordProperties.Store.Type.JDBC) {
            // Asked for only where it is needed: an embedded database of the application's has no URL that others could
            // use.
            Optional<ApplicationDatabase> given = properties.store().url() == null
                    ? Optional.ofNullable(application.getIfAvailable())
                    : Optional.empty();
            builder.database(properties.toDatabaseSettings(given));
        }
        if (!builder.hasPlace()) {
            builder.directory(SharedDirectoryResolver.resolve(
                    properties.dir(),
                    environment.getProperty("spring.application.name"),
                    environment.getProperty("user.home")));
        }
        return builder.build();
    }

    /** Looks for the beans only when they are asked: they may need what needs the coordinator. */
    private static Map<String, String> all(ObjectProvider<ParticipantAttributes> attributes, String group) {
        var all = new HashMap<String, String>();
        attributes.orderedStream().forEach(some -> all.putAll(some.attributes(group)));
        return all;
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnSingleCandidate(Coordinator.class)
    CoordinatorLifecycle coordLifecycle(
            Coordinator coordinator, ApplicationEventPublisher publisher, ContextReadiness readiness) {
        return new CoordinatorLifecycle(coordinator, publisher, readiness);
    }
}
