package dev.coord.spring.autoconfigure;

import dev.coord.cluster.Coordinator;
import dev.coord.mesh.Mesh;
import java.util.TreeSet;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;

/** The mesh that a target means: {@code coord:///leader} that of the main group, {@code coord://reports/leader} that of another. */
record GroupMeshes(Mesh main, ListableBeanFactory beans) {
    private static final String PREFIX = "coord://";

    /** A mesh, and a target in it. */
    record Target(Mesh mesh, String target) {}

    /** @throws IllegalArgumentException if {@code target} is in a group that this application takes no part in */
    Target resolve(String target) {
        if (!target.startsWith(PREFIX)) {
            return new Target(main, target);
        }
        int path = target.indexOf('/', PREFIX.length());
        String group = target.substring(PREFIX.length(), path < 0 ? target.length() : path);
        if (group.isEmpty()) {
            return new Target(main, target);
        }
        return new Target(mesh(group, target), PREFIX + (path < 0 ? "" : target.substring(path)));
    }

    private Mesh mesh(String group, String target) {
        String named = NamedGroups.coordinatorName(group);
        if (beans.containsBean(named)) {
            // No other one is made for this, so that one group's handler may call another group.
            return beans.getBean(named, Coordinator.class).mesh();
        }
        var known = new TreeSet<String>();
        for (Coordinator coordinator : BeanFactoryUtils.beansOfTypeIncludingAncestors(beans, Coordinator.class)
                .values()) {
            if (coordinator.group().equals(group)) {
                return coordinator.mesh();
            }
            known.add(coordinator.group());
        }
        throw new IllegalArgumentException("'" + target + "' is in the group '" + group
                + "', which this application takes no part in; it does in " + known
                + ". Correct the target, or name the group in the property 'coord.groups." + group + ".enabled'.");
    }
}
