package dev.coord.spring.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;

/**
 * With {@code coord.store.type=jdbc} and no URL of its own, coord's tables are in the application's database: where that is, the
 * application's {@link JdbcConnectionDetails} say, be they of properties, a service connection of tests, or Docker Compose.
 */
@AutoConfiguration(
        before = CoordAutoConfiguration.class,
        afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnClass(JdbcConnectionDetails.class)
@ConditionalOnBooleanProperty(name = "coord.enabled", matchIfMissing = true)
@ConditionalOnProperty(name = "coord.store.type", havingValue = "jdbc")
public final class CoordJdbcAutoConfiguration {
    @Bean
    @ConditionalOnSingleCandidate(JdbcConnectionDetails.class)
    ApplicationDatabase coordApplicationDatabase(JdbcConnectionDetails details) {
        String username = details.getUsername();
        String password = details.getPassword();
        return new ApplicationDatabase(
                details.getJdbcUrl(), username == null ? "" : username, password == null ? "" : password);
    }
}
