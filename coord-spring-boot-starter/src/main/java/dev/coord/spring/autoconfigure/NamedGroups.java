package dev.coord.spring.autoconfigure;

import dev.coord.InvalidSettingsException;
import dev.coord.cluster.Coordinator;
import dev.coord.mesh.Mesh;
import dev.coord.spring.CoordinatorLifecycle;
import dev.coord.spring.WorldTemplate;
import dev.coord.spring.autoconfigure.CoordProperties.Group;
import dev.coord.world.World;
import dev.coord.world.WorldRoleHandler;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.HierarchicalBeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers what belongs to the groups of {@code coord.groups}: for each a {@link Coordinator}, its {@link Mesh} and its lifecycle; and
 * its {@link World} with what belongs to that, where it has one.
 * They are injected by the name of the group as their qualifier, and by nothing less.
 */
final class NamedGroups implements ImportBeanDefinitionRegistrar {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final String MAIN_LIFECYCLE = "coordLifecycle";

    private final Environment environment;
    private final ListableBeanFactory beans;

    NamedGroups(Environment environment, BeanFactory beans) {
        this.environment = environment;
        this.beans = (ListableBeanFactory) beans;
    }

    /** The name of the bean that is the coordinator of {@code group}, unless the application brings its own. */
    static String coordinatorName(String group) {
        return "coordCoordinator-" + group;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        Binder binder = Binder.get(environment);
        String main = binder.bind("coord.group", String.class).orElse(CoordProperties.DEFAULT_GROUP);
        Map<String, Group> groups = binder.bind("coord.groups", Bindable.mapOf(String.class, Group.class))
                .orElse(Map.of());
        groups.forEach((name, group) -> {
            check(name, main);
            if (group.enabled()) {
                register(name, group.world().enabled(), registry);
            }
        });
    }

    private static void check(String name, String main) {
        String setting = "groups." + name;
        if (!NAME.matcher(name).matches()) {
            throw new InvalidSettingsException(
                    "The name of a group in coord.groups has 1 to 64 letters, digits, dots, dashes or underscores, and starts"
                            + " with a letter or digit; '" + name + "' does not",
                    setting);
        }
        if (name.equals(main)) {
            throw new InvalidSettingsException(
                    "The group '" + name + "' is in coord.groups, and is the main group (coord.group) already: set what"
                            + " belongs to it without 'groups." + name + "', or give one of the two another name",
                    setting,
                    "group");
        }
    }

    private void register(String group, boolean withWorld, BeanDefinitionRegistry registry) {
        String lifecycleName = MAIN_LIFECYCLE + "-" + group;
        if (isInParent(lifecycleName)) {
            // Takes part already, as the main group does.
            return;
        }
        if (withWorld) {
            registerWorld(group, registry);
        }
        String coordinator = coordinatorOf(group, registry);
        var reference = new RuntimeBeanReference(coordinator);

        RootBeanDefinition mesh = definition(group, "mesh", Mesh.class, reference);
        // The coordinator closes it.
        mesh.setDestroyMethodName("");
        registry.registerBeanDefinition("coordMesh-" + group, mesh);

        RootBeanDefinition lifecycle = definition(group, "lifecycle", CoordinatorLifecycle.class, reference);
        if (registry.containsBeanDefinition(MAIN_LIFECYCLE)) {
            // It starts before, and stops after.
            lifecycle.setDependsOn(MAIN_LIFECYCLE);
        }
        registry.registerBeanDefinition(lifecycleName, lifecycle);
    }

    private boolean isInParent(String name) {
        BeanFactory parent = beans instanceof HierarchicalBeanFactory child ? child.getParentBeanFactory() : null;
        return parent != null && parent.containsBean(name);
    }

    /** What the application has of it itself, with this qualifier, takes its place. */
    private void registerWorld(String group, BeanDefinitionRegistry registry) {
        String handler = own(WorldRoleHandler.class, group)
                .orElseGet(() -> add(
                        "coordWorldRoleHandler-" + group,
                        group,
                        "worldHandler",
                        WorldRoleHandler.class,
                        group,
                        registry));
        String world = own(World.class, group)
                .orElseGet(() -> add(
                        "coordWorld-" + group,
                        group,
                        "world",
                        World.class,
                        new RuntimeBeanReference(handler),
                        registry));
        if (own(WorldTemplate.class, group).isEmpty()) {
            var unused = add(
                    "coordWorldTemplate-" + group,
                    group,
                    "worldTemplate",
                    WorldTemplate.class,
                    new RuntimeBeanReference(world),
                    registry);
        }
    }

    private static String add(
            String name, String group, String method, Class<?> type, Object first, BeanDefinitionRegistry registry) {
        registry.registerBeanDefinition(name, definition(group, method, type, first));
        return name;
    }

    private Optional<String> own(Class<?> type, String group) {
        return Stream.of(beans.getBeanNamesForType(type, true, false))
                .filter(name -> BeanFactoryAnnotationUtils.isQualifierMatch(group::equals, name, beans))
                .findFirst();
    }

    /** The application's own bean with this qualifier, or a new one. */
    private String coordinatorOf(String group, BeanDefinitionRegistry registry) {
        return own(Coordinator.class, group)
                .orElseGet(() -> add(coordinatorName(group), group, "coordinator", Coordinator.class, group, registry));
    }

    /** A bean that a method of {@link NamedGroupBeans} makes, from {@code first} and what it finds in the context. */
    private static RootBeanDefinition definition(String group, String method, Class<?> type, Object first) {
        var definition = new RootBeanDefinition(NamedGroupBeans.class);
        definition.setTargetType(type);
        definition.setFactoryMethodName(method);
        definition.setAutowireMode(RootBeanDefinition.AUTOWIRE_CONSTRUCTOR);
        definition.getConstructorArgumentValues().addIndexedArgumentValue(0, first);
        definition.setDefaultCandidate(false);
        definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, group));
        return definition;
    }
}
