package dev.coord.spring.reports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.spring.test.CoordTest;
import dev.coord.spring.test.TestCoordinator;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

@SpringBootTest
@CoordTest
class ReportsTest {
    @Autowired
    TestCoordinator test;

    @Autowired
    Reports reports;

    @Test
    void areOpenOnTheLeaderOnly() {
        assertThat(reports.areOpen()).isTrue();
        test.becomeFollower();
        assertThat(reports.areOpen()).isFalse();
        test.becomeLeader();
        assertThat(reports.areOpen()).isTrue();
    }
}
