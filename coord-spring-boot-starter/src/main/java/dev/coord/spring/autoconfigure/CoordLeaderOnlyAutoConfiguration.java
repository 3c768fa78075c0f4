package dev.coord.spring.autoconfigure;

import dev.coord.spring.LeaderOnlyBeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;

/**
 * Guards {@link dev.coord.spring.LeaderOnly @LeaderOnly} methods; also in an application that takes no part, which never leads.
 */
@AutoConfiguration
public final class CoordLeaderOnlyAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    static LeaderOnlyBeanPostProcessor coordLeaderOnlyBeanPostProcessor() {
        return new LeaderOnlyBeanPostProcessor();
    }
}
