package dev.coord.spring.autoconfigure;

import dev.coord.InvalidSettingsException;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.RoleChangeHandler;
import dev.coord.mesh.Mesh;
import dev.coord.spring.AnnotatedRoles;
import dev.coord.spring.ContextReadiness;
import dev.coord.spring.CoordinatorBuilderCustomizer;
import dev.coord.spring.CoordinatorLifecycle;
import dev.coord.spring.MeshCustomizer;
import dev.coord.spring.ParticipantAttributes;
import dev.coord.spring.WorldBodies;
import dev.coord.spring.WorldTemplate;
import dev.coord.spring.autoconfigure.CoordProperties.Group;
import dev.coord.world.EngineFactory;
import dev.coord.world.World;
import dev.coord.world.WorldRoleHandler;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.core.env.Environment;

/** Makes the beans of one group of {@code coord.groups}; see {@link NamedGroups}. */
final class NamedGroupBeans {
    private NamedGroupBeans() {}

    static Coordinator coordinator(
            String name,
            CoordProperties properties,
            MeshNetwork network,
            Environment environment,
            ListableBeanFactory beans,
            ObjectProvider<CoordinatorBuilderCustomizer> customizers,
            ObjectProvider<ParticipantAttributes> attributes,
            ObjectProvider<ApplicationDatabase> application,
            AnnotatedRoles roles) {
        Optional<WorldRoleHandler> world = worldHandler(name, beans);
        Group group = properties.groups().getOrDefault(name, Group.LIKE_THE_MAIN_ONE);
        RoleChangeHandler own = CoordAutoConfiguration.handler(name, roles, RoleHandlers.ofGroup(name, beans));
        try {
            Coordinator.Builder builder = Coordinator.builder()
                    .group(name)
                    .capabilities(properties.capabilities(group).toArray(String[]::new))
                    .attributes(properties.attributes(group))
                    .settings(properties.toCoordinatorSettings(group))
                    .handler(world.<RoleChangeHandler>map(handler -> handler.andThen(own))
                            .orElse(own));
            return CoordAutoConfiguration.build(
                    builder, properties, network, environment, attributes, customizers, application);
        } catch (InvalidSettingsException e) {
            throw new InvalidGroupException(name, e);
        }
    }

    /** That of the group, if it has a world. */
    private static Optional<WorldRoleHandler> worldHandler(String group, ListableBeanFactory beans) {
        return Stream.of(beans.getBeanNamesForType(WorldRoleHandler.class, true, false))
                .filter(name -> BeanFactoryAnnotationUtils.isQualifierMatch(group::equals, name, beans))
                .map(name -> beans.getBean(name, WorldRoleHandler.class))
                .findFirst();
    }

    static WorldRoleHandler worldHandler(
            String name, CoordProperties properties, WorldOpMethods operations, ObjectProvider<EngineFactory> factory) {
        Group group = properties.groups().getOrDefault(name, Group.LIKE_THE_MAIN_ONE);
        try {
            return WorldRoleHandler.builder()
                    .operations(operations)
                    .engineFactory(factory.getIfAvailable(EngineFactory::defaults))
                    .settings(properties.toWorldSettings(group.world()))
                    .build();
        } catch (InvalidSettingsException e) {
            throw new InvalidGroupException(name, e);
        }
    }

    static World world(WorldRoleHandler handler) {
        return handler.world();
    }

    static WorldTemplate worldTemplate(World world, WorldBodies bodies, WorldOpMethods methods) {
        return new WorldTemplate(world, bodies, methods::bodyType);
    }

    static Mesh mesh(Coordinator coordinator, ObjectProvider<MeshCustomizer> customizers) {
        Mesh mesh = coordinator.mesh();
        customizers.orderedStream().forEach(customizer -> customizer.customize(mesh));
        return mesh;
    }

    static CoordinatorLifecycle lifecycle(
            Coordinator coordinator,
            ListableBeanFactory beans,
            ApplicationEventPublisher publisher,
            ContextReadiness readiness) {
        for (Map.Entry<String, Coordinator> other :
                beans.getBeansOfType(Coordinator.class).entrySet()) {
            if (other.getValue() != coordinator && other.getValue().group().equals(coordinator.group())) {
                throw new InvalidSettingsException(
                        "The bean '" + other.getKey() + "' is a coordinator of the group '" + coordinator.group()
                                + "' too: one process would stand for election twice. Remove it, or the group from"
                                + " coord.groups",
                        "groups." + coordinator.group());
            }
        }
        return new CoordinatorLifecycle(coordinator, publisher, readiness);
    }
}
