package dev.coord.spring.actuate;

import dev.coord.cluster.Coordinator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.beans.factory.ListableBeanFactory;

/** The coordinators of an application. */
public final class Coordinators {
    private Coordinators() {}

    /**
     * All {@link Coordinator} beans, also those that are no candidates for injection by default, by the name of their group; should
     * two be of one group, the second by the name of its bean.
     */
    public static Map<String, Coordinator> byGroup(ListableBeanFactory beans) {
        var found = new LinkedHashMap<String, Coordinator>();
        beans.getBeansOfType(Coordinator.class)
                .forEach((name, coordinator) ->
                        found.put(found.containsKey(coordinator.group()) ? name : coordinator.group(), coordinator));
        return found;
    }
}
