package dev.coord.spring.autoconfigure;

import dev.coord.spring.autoconfigure.CoordProperties.Group;
import java.util.Map;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether the main group has a world, or one of {@code coord.groups} has. */
final class OnAnyWorld extends SpringBootCondition {
    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        if (!"false".equalsIgnoreCase(context.getEnvironment().getProperty("coord.world.enabled", "true"))) {
            return ConditionOutcome.match("the main group has a world");
        }
        boolean other = Binder.get(context.getEnvironment())
                .bind("coord.groups", Bindable.mapOf(String.class, Group.class))
                .orElse(Map.of())
                .values()
                .stream()
                .anyMatch(group -> group.enabled() && group.world().enabled());
        return new ConditionOutcome(other, other ? "a group has a world" : "no group has a world");
    }
}
