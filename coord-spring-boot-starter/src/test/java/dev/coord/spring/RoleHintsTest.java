package dev.coord.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.aot.hint.predicate.RuntimeHintsPredicates.reflection;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.world.WorldChange;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.javapoet.ClassName;

/** What a native image has to know of beans that have roles. */
class RoleHintsTest {
    @Test
    void annotatedMethodsCanBeCalledByReflection() throws Exception {
        try (var context = new GenericApplicationContext()) {
            context.registerBean("bean", Bean.class);
            context.registerBean("guard", LeaderOnlyBeanPostProcessor.class);
            var generation = new DefaultGenerationContext(
                    new ClassNameGenerator(ClassName.get("dev.coord.spring", "Generated")),
                    new InMemoryGeneratedFiles());

            new ApplicationContextAotGenerator().processAheadOfTime(context, generation);

            assertThat(generation.getRuntimeHints())
                    .matches(reflection().onMethodInvocation(Bean.class.getDeclaredMethod("lead", Leadership.class)))
                    .matches(reflection().onMethodInvocation(Bean.class.getDeclaredMethod("follow", LeaderInfo.class)))
                    .matches(reflection().onMethodInvocation(Bean.class.getDeclaredMethod("guarded")))
                    .matches(reflection().onMethodInvocation(Bean.class.getDeclaredMethod("changed", List.class)));
        }
    }

    static class Bean {
        @OnLeader
        void lead(Leadership leadership) {}

        @OnFollower
        void follow(LeaderInfo leader) {}

        @LeaderOnly
        void guarded() {}

        @WorldListener("flags/")
        void changed(List<WorldChange> changes) {}
    }
}
