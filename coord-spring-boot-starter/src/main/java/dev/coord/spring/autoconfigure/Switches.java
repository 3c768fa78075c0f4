package dev.coord.spring.autoconfigure;

import dev.coord.InvalidSettingsException;
import java.util.List;
import java.util.Locale;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/** The properties that conditions look at. */
final class Switches implements ImportBeanDefinitionRegistrar {
    private static final String PREFIX = "coord.";
    private static final List<String> NAMES = List.of(
            "enabled", "health.readiness.enabled", "world.enabled", "mesh.health.enabled", "mesh.reflection.enabled");

    private final Environment environment;

    Switches(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        for (String name : NAMES) {
            String value = environment.getProperty(PREFIX + name);
            if (value != null && !List.of("true", "false").contains(value.toLowerCase(Locale.ROOT))) {
                throw new InvalidSettingsException(
                        "'" + PREFIX + name + "' must be true or false, not '" + value + "'", name);
            }
        }
    }
}
