package dev.coord.spring.autoconfigure;

import dev.coord.cluster.RoleChangeHandler;
import dev.coord.world.WorldRoleHandler;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;

/** Which {@link RoleChangeHandler} of the application belongs to which group. */
final class RoleHandlers {
    private RoleHandlers() {}

    /** That of the main group: the one that belongs to none of {@code groups}. The world's is one of ours. */
    static Optional<RoleChangeHandler> ofMain(
            ObjectProvider<RoleChangeHandler> handlers, Collection<String> groups, ListableBeanFactory beans) {
        List<RoleChangeHandler> others = groups.isEmpty()
                ? List.of()
                : qualified(groups::contains, beans).toList();
        return only(handlers.orderedStream()
                .filter(handler -> !(handler instanceof WorldRoleHandler))
                .filter(handler -> others.stream().noneMatch(other -> other == handler))
                .toList());
    }

    /** The one whose qualifier, or bean name, is {@code group}. */
    static Optional<RoleChangeHandler> ofGroup(String group, ListableBeanFactory beans) {
        return only(qualified(group::equals, beans).toList());
    }

    private static Stream<RoleChangeHandler> qualified(Predicate<String> qualifier, ListableBeanFactory beans) {
        return Stream.of(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, RoleChangeHandler.class))
                .filter(name -> BeanFactoryAnnotationUtils.isQualifierMatch(qualifier, name, beans))
                .map(name -> beans.getBean(name, RoleChangeHandler.class))
                .filter(handler -> !(handler instanceof WorldRoleHandler));
    }

    private static Optional<RoleChangeHandler> only(List<RoleChangeHandler> handlers) {
        if (handlers.size() > 1) {
            throw new NoUniqueBeanDefinitionException(
                    RoleChangeHandler.class,
                    handlers.size(),
                    "expected one RoleChangeHandler of a group but found " + handlers.size()
                            + ": put them in order with andThen");
        }
        return handlers.stream().findFirst();
    }
}
