package dev.coord.spring.autoconfigure;

import dev.coord.spring.WorldBodies;
import dev.coord.spring.WorldTemplate;
import dev.coord.world.EngineFactory;
import dev.coord.world.OperationLookup;
import dev.coord.world.World;
import dev.coord.world.WorldRoleHandler;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import tools.jackson.databind.json.JsonMapper;

/**
 * The {@link World} of the coordinator's group, and what the worlds of other groups need too: to be injected, written through methods with
 * {@link dev.coord.spring.WorldOp @WorldOp} and {@link OperationLookup} beans. An {@link EngineFactory} bean takes the default
 * engine's place.
 */
@AutoConfiguration(
        before = CoordAutoConfiguration.class,
        afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnBooleanProperty(name = "coord.enabled", matchIfMissing = true)
@Conditional(OnAnyWorld.class)
@EnableConfigurationProperties(CoordProperties.class)
public final class CoordWorldAutoConfiguration {
    @Bean
    static WorldOpMethods coordWorldOpMethods(
            ConfigurableListableBeanFactory beans, ObjectProvider<OperationLookup> lookups, WorldBodies bodies) {
        return new WorldOpMethods(beans, lookups, bodies);
    }

    @Bean
    static WorldListenerMethods coordWorldListenerMethods(
            ConfigurableListableBeanFactory beans, Environment environment) {
        return new WorldListenerMethods(beans, environment);
    }

    @Bean
    @ConditionalOnBooleanProperty(name = "coord.world.enabled", matchIfMissing = true)
    @ConditionalOnMissingBean
    WorldRoleHandler coordWorldRoleHandler(
            CoordProperties properties, WorldOpMethods operations, ObjectProvider<EngineFactory> factory) {
        return WorldRoleHandler.builder()
                .operations(operations)
                .engineFactory(factory.getIfAvailable(EngineFactory::defaults))
                .settings(properties.toWorldSettings())
                .build();
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnSingleCandidate(WorldRoleHandler.class)
    World coordWorld(WorldRoleHandler handler) {
        return handler.world();
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnSingleCandidate(World.class)
    WorldTemplate coordWorldTemplate(World world, WorldBodies bodies, WorldOpMethods methods) {
        return new WorldTemplate(world, bodies, methods::bodyType);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(JsonMapper.class)
    static class Json {
        @Bean
        @ConditionalOnMissingBean
        WorldBodies coordWorldBodies(ObjectProvider<JsonMapper> json) {
            List<JsonMapper> all = json.stream().toList();
            JsonMapper one = all.isEmpty() ? new JsonMapper() : json.getIfUnique();
            return one == null ? NoBodies.withoutPrimary() : new JsonBodies(one);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingClass("tools.jackson.databind.json.JsonMapper")
    static class NoJson {
        @Bean
        @ConditionalOnMissingBean
        WorldBodies coordWorldBodies() {
            return NoBodies.withoutJackson();
        }
    }
}
