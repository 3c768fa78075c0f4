package dev.coord.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.spring.AnnotatedRoles;
import dev.coord.spring.ContextReadiness;
import dev.coord.spring.LeaderOnlyBeanPostProcessor;
import dev.coord.spring.Patience;
import dev.coord.spring.RoleBeanDetector;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The beans behind the annotations. */
class CoordLeaderOnlyAutoConfigurationTest {
    @TempDir
    private Path temp;

    private ApplicationContextRunner runner() {
        return new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(CoordAutoConfiguration.class, CoordLeaderOnlyAutoConfiguration.class))
                .withPropertyValues(Patience.properties(temp.resolve("shared")));
    }

    @Test
    void theyAreThere() {
        runner().run(context -> assertThat(context)
                .hasSingleBean(LeaderOnlyBeanPostProcessor.class)
                .hasSingleBean(RoleBeanDetector.class)
                .hasSingleBean(AnnotatedRoles.class));
    }

    @Test
    void whoTakesNoPartIsGuardedAndToldNothing() {
        runner().withPropertyValues("coord.enabled=false")
                .run(context -> assertThat(context)
                        .hasSingleBean(LeaderOnlyBeanPostProcessor.class)
                        .doesNotHaveBean(RoleBeanDetector.class)
                        .doesNotHaveBean(AnnotatedRoles.class));
    }

    @Test
    void thoseOfTheApplicationReplaceThem() {
        runner().withUserConfiguration(Own.class).run(context -> {
            assertThat(context)
                    .hasNotFailed()
                    .getBean(LeaderOnlyBeanPostProcessor.class)
                    .isSameAs(context.getBean("ownGuard"));
            assertThat(context).getBean(RoleBeanDetector.class).isSameAs(context.getBean("ownDetector"));
            assertThat(context).getBean(AnnotatedRoles.class).isSameAs(context.getBean("ownRoles"));
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class Own {
        @Bean
        static LeaderOnlyBeanPostProcessor ownGuard() {
            return new LeaderOnlyBeanPostProcessor();
        }

        @Bean
        AnnotatedRoles ownRoles(ConfigurableListableBeanFactory beans, ContextReadiness readiness) {
            return new AnnotatedRoles(beans, readiness, Executors.defaultThreadFactory());
        }

        @Bean
        RoleBeanDetector ownDetector(ConfigurableListableBeanFactory beans, ObjectProvider<AnnotatedRoles> roles) {
            return new RoleBeanDetector(beans, roles);
        }
    }
}
