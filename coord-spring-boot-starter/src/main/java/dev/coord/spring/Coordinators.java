package dev.coord.spring;

import dev.coord.cluster.Coordinator;
import java.util.Collection;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/** The coordinators of the application by their groups. */
final class Coordinators {
    private final ListableBeanFactory beans;

    Coordinators(ListableBeanFactory beans) {
        this.beans = beans;
    }

    /**
     * The coordinator of a group.
     *
     * @param group the group's name; empty for the group of the application, whose coordinator is the one to be injected
     * @param user who asks, for the message
     * @throws FailureAnalyzedException if there is none
     */
    Coordinator get(String group, String user) {
        Collection<Coordinator> all = BeanFactoryUtils.beansOfTypeIncludingAncestors(beans, Coordinator.class)
                .values();
        Coordinator found =
                group.isEmpty() ? beans.getBeanProvider(Coordinator.class).getIfUnique() : named(group, all);
        if (found == null) {
            String known = all.stream()
                    .map(coordinator -> "'" + coordinator.group() + "'")
                    .sorted()
                    .distinct()
                    .collect(Collectors.joining(", "));
            throw group.isEmpty()
                    ? new FailureAnalyzedException(
                            user
                                    + " names no group, and this application has not one Coordinator bean that could be meant."
                                    + " Its groups are: " + (known.isEmpty() ? "none" : known) + ".",
                            "Name the group: (group = \"…\"); or make one Coordinator bean primary.")
                    : new FailureAnalyzedException(
                            user + " names the group '" + group + "', in which this application does not take part."
                                    + " Its groups are: " + (known.isEmpty() ? "none" : known) + ".",
                            "Name one of these groups, or none for the group of the application ('coord.group'); or let"
                                    + " the application take part in the group '" + group + "'.");
        }
        return found;
    }

    private static @Nullable Coordinator named(String group, Collection<Coordinator> all) {
        return all.stream()
                .filter(coordinator -> coordinator.group().equals(group))
                .findFirst()
                .orElse(null);
    }
}
