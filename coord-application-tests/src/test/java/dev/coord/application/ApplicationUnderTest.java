package dev.coord.application;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.TreeSet;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport.ConditionAndOutcomes;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** An application that starts, tells of its conditions and beans, and ends. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class ApplicationUnderTest {
    static final String CONDITION = "condition ";
    static final String BEAN = "bean ";
    static final String SAYS = "says ";

    public static void main(String[] args) {
        run(ApplicationUnderTest.class, args);
    }

    static void run(Class<?> source, String... args) {
        var application = new SpringApplication(source);
        try (ConfigurableApplicationContext context = application.run(args)) {
            tell(context);
            Map.of(
                            "coord", "dev.coord.application.ParticipantCheck",
                            "database", "dev.coord.application.DatabaseCheck")
                    .forEach((name, type) -> {
                        if (context.getEnvironment().getProperty("check." + name, Boolean.class, false)) {
                            check(type, context);
                        }
                    });
        }
    }

    private static void tell(ConfigurableApplicationContext context) {
        Map<String, ConditionAndOutcomes> conditions =
                ConditionEvaluationReport.get(context.getBeanFactory()).getConditionAndOutcomesBySource();
        var lines = new TreeSet<String>();
        conditions.forEach((source, outcomes) -> {
            if (outcomes.isFullMatch()) {
                lines.add(CONDITION + source);
            }
        });
        for (String name : context.getBeanDefinitionNames()) {
            Class<?> type = context.getType(name, false);
            lines.add(BEAN + name + " " + (type == null ? "?" : name(type)));
        }
        lines.forEach(System.out::println);
    }

    /** Without what differs from run to run. */
    private static String name(Class<?> type) {
        return Proxy.isProxyClass(type) ? "a proxy" : type.getName().replaceAll("\\$\\$.*", "");
    }

    /** By name: the application need not have the classes. */
    private static void check(String type, ConfigurableApplicationContext context) {
        try {
            Class.forName(type)
                    .getDeclaredMethod("check", ConfigurableApplicationContext.class)
                    .invoke(null, context);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type, e);
        }
    }

    static void say(String what) {
        System.out.println(SAYS + what);
    }
}
