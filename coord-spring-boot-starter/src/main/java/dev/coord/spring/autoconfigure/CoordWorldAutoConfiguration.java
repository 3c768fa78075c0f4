package dev.coord.spring.autoconfigure;

import dev.coord.spring.WorldTemplate;
import dev.coord.world.EngineFactory;
import dev.coord.world.OperationLookup;
import dev.coord.world.World;
import dev.coord.world.WorldRoleHandler;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.json.JsonMapper;

/**
 * The {@link World} of the coordinator's group: to be injected, written through methods with
 * {@link dev.coord.spring.WorldOp @WorldOp} and {@link OperationLookup} beans. An {@link EngineFactory} bean takes the default
 * engine's place.
 */
@AutoConfiguration(before = CoordAutoConfiguration.class, after = JacksonAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "coord.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(name = "coord.world.enabled", matchIfMissing = true)
@EnableConfigurationProperties(CoordProperties.class)
public final class CoordWorldAutoConfiguration {
    @Bean
    static WorldOpMethods coordWorldOpMethods(
            ConfigurableListableBeanFactory beans,
            ObjectProvider<OperationLookup> lookups,
            ObjectProvider<JsonMapper> json) {
        return new WorldOpMethods(beans, lookups, json.getIfAvailable(JsonMapper::new));
    }

    @Bean
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
    WorldTemplate coordWorldTemplate(World world, ObjectProvider<JsonMapper> json) {
        return new WorldTemplate(world, json.getIfAvailable(JsonMapper::new));
    }
}
