package dev.coord.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.spring.Patience;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

/** An application's own beans may have any name that comes to its mind. */
class BeanNamesTest {
    private static final List<String> NAMES = List.of(
            "annotatedRoles",
            "clientInterceptor",
            "clock",
            "cluster",
            "contextReadiness",
            "coordinator",
            "coordinator-reports",
            "coordinatorLifecycle",
            "coordinatorMetrics",
            "coordinators",
            "election",
            "engineFactory",
            "grpcServer",
            "handler",
            "healthIndicator",
            "host",
            "jsonMapper",
            "lead",
            "leader",
            "leaderElection",
            "leadership",
            "lease",
            "lifecycle",
            "lock",
            "mesh",
            "meshChannelFactory",
            "meshClient",
            "metrics",
            "node",
            "operationLookup",
            "operations",
            "participant",
            "properties",
            "registry",
            "role",
            "roleChangeHandler",
            "scheduler",
            "server",
            "state",
            "store",
            "switches",
            "testCoordinator",
            "transport",
            "watcher",
            "world",
            "worldEngine",
            "worldMetrics",
            "worldOpMethods",
            "worldRoleHandler",
            "worldState",
            "worldTemplate");

    @TempDir
    private Path temp;

    @Test
    void anApplicationMayUseEachPlausibleName() throws Exception {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .initializers(made -> NAMES.forEach(
                        name -> ((GenericApplicationContext) made).registerBean(name, Own.class, () -> new Own(name))))
                .run("--coord.dir=" + temp, "--coord.groups.reports.enabled=true", "--spring.main.banner-mode=off")) {
            for (String name : NAMES) {
                assertThat(context.getBean(name)).isEqualTo(new Own(name));
            }
            assertThat(context.getBean(Coordinator.class).awaitRole(Patience.LIMIT))
                    .isEqualTo(Role.LEADER);
            assertThat(Arrays.stream(context.getBeanDefinitionNames())
                            .filter(name -> !name.startsWith("dev.coord") && isOurs(context, name)))
                    .as("the names of our beans")
                    .allSatisfy(name -> assertThat(name).startsWith("coord"));
        }
    }

    private static boolean isOurs(ConfigurableApplicationContext context, String name) {
        Class<?> type = context.getType(name);
        String factory = context.getBeanFactory().getBeanDefinition(name).getFactoryBeanName();
        boolean auto = factory != null && factory.startsWith("dev.coord");
        return auto || (type != null && type != Own.class && type.getName().startsWith("dev.coord.") && !isTest(type));
    }

    private static boolean isTest(Class<?> type) {
        return type.getName().contains(BeanNamesTest.class.getSimpleName());
    }

    /** The application's own. */
    record Own(String name) {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}
}
