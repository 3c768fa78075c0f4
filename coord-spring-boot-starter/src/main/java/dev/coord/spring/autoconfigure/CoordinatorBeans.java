package dev.coord.spring.autoconfigure;

import dev.coord.cluster.Coordinator;
import dev.coord.world.WorldRoleHandler;
import dev.coord.world.WorldStatus;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;

/** What is shown of an application: its coordinators and worlds, those of a parent context too. */
final class CoordinatorBeans {
    private CoordinatorBeans() {}

    /**
     * All {@link Coordinator} beans, also those that are no candidates for injection by default, by the name of their group; should
     * two be of one group, the second by the name of its bean.
     */
    static Map<String, Coordinator> byGroup(ListableBeanFactory beans) {
        var found = new LinkedHashMap<String, Coordinator>();
        BeanFactoryUtils.beansOfTypeIncludingAncestors(beans, Coordinator.class)
                .forEach((name, coordinator) ->
                        found.put(found.containsKey(coordinator.group()) ? name : coordinator.group(), coordinator));
        return found;
    }

    /** How far the world of {@code group} is, if it has one. */
    static Optional<WorldStatus> world(String group, ListableBeanFactory beans) {
        return worlds(beans).stream()
                .filter(handler -> handler.group().equals(Optional.of(group)))
                .findFirst()
                .flatMap(WorldRoleHandler::status);
    }

    /** The worlds of the coordinators. */
    static Collection<WorldRoleHandler> worlds(ListableBeanFactory beans) {
        return BeanFactoryUtils.beansOfTypeIncludingAncestors(beans, WorldRoleHandler.class)
                .values();
    }
}
