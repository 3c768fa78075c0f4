package dev.coord.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.when;

import dev.coord.spring.autoconfigure.CoordLeaderOnlyAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

/** A test may put a mock in the place of a bean that only the leader runs. */
@SpringJUnitConfig
class LeaderOnlyMockTest {
    @MockitoBean
    private Ledger ledger;

    @Autowired
    private Reader reader;

    @Test
    void aMockIsNotTakenForABeanThatNobodyGuards() {
        when(ledger.balance()).thenReturn(42);
        assertThat(reader.ledger().balance()).isEqualTo(42);
    }

    static class Ledger {
        @LeaderOnly(otherwise = LeaderOnly.Otherwise.THROW)
        int balance() {
            return 1;
        }
    }

    record Reader(Ledger ledger) {}

    @Configuration(proxyBeanMethods = false)
    @Import(CoordLeaderOnlyAutoConfiguration.class)
    static class Application {
        @Bean
        Ledger ledger() {
            return new Ledger();
        }

        @Bean
        Reader reader(Ledger ledger) {
            return new Reader(ledger);
        }
    }
}
