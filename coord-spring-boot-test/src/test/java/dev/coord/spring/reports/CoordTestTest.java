package dev.coord.spring.reports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.spring.LeaderOnly;
import dev.coord.spring.test.CoordTest;
import dev.coord.spring.test.TestCoordinator;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.core.env.Environment;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/** What the annotation says about roles, switched off coordinators, and contexts without all auto-configurations. */
class CoordTestTest {
    private static void assertBeginsAs(Role role, Coordinator coordinator, TestCoordinator test) {
        assertThat(coordinator.role()).isEqualTo(role);
        if (role == Role.LEADER) {
            test.loseLeadership();
        } else {
            test.becomeLeader();
        }
        assertThat(coordinator.role()).isNotEqualTo(role);
    }

    @Nested
    @SpringBootTest(properties = "coord.enabled=false")
    @CoordTest
    class Leading {
        @Autowired
        Coordinator coordinator;

        @Autowired
        TestCoordinator test;

        @RepeatedTest(2)
        void eachTestBeginsAsLeaderWhateverTheOneBeforeDid() {
            assertBeginsAs(Role.LEADER, coordinator, test);
        }

        @Test
        void theSharedDirectoryIsNotMade(@Autowired Environment environment) {
            assertThat(Path.of(environment.getRequiredProperty("user.home"), ".coord", "coord-test-test"))
                    .doesNotExist();
        }
    }

    @Nested
    @SpringBootTest(properties = "spring.application.name=coord-test-test")
    @CoordTest(role = Role.FOLLOWER)
    class Following {
        @Autowired
        Coordinator coordinator;

        @Autowired
        TestCoordinator test;

        @RepeatedTest(2)
        void eachTestBeginsAsFollowerWhateverTheOneBeforeDid() {
            assertBeginsAs(Role.FOLLOWER, coordinator, test);
        }
    }

    @Nested
    @SpringBootTest(properties = {"coord.groups.mail.enabled=true", "coord.groups.pdf.enabled=true"})
    @CoordTest(followerIn = "mail")
    class FollowingInAnotherGroup {
        @Autowired
        @Qualifier("mail")
        Coordinator mail;

        @Autowired
        @Qualifier("pdf")
        Coordinator pdf;

        @Autowired
        TestCoordinator test;

        @RepeatedTest(2)
        void eachTestBeginsInTheSameRolesWhateverTheOneBeforeDid() {
            assertThat(mail.role()).isEqualTo(Role.FOLLOWER);
            assertThat(pdf.role()).isEqualTo(Role.LEADER);
            test.inGroup("mail").becomeLeader();
            assertThat(mail.role()).isEqualTo(Role.LEADER);
            test.inGroup("pdf").becomeFollower();
            assertThat(pdf.role()).isEqualTo(Role.FOLLOWER);
        }
    }

    @Nested
    @ExtendWith(SpringExtension.class)
    @ContextConfiguration(classes = {Reports.class, Jobs.class})
    @CoordTest
    class OfAPartOfTheApplication {
        @Autowired
        Coordinator coordinator;

        @Autowired
        TestCoordinator test;

        @Autowired
        Reports reports;

        @Test
        void theCoordinatorIsThere() {
            assertThat(reports.areOpen()).isTrue();
            assertBeginsAs(Role.LEADER, coordinator, test);
            assertThat(reports.areOpen()).isFalse();
        }

        @Test
        void itsCallsAreGuarded(@Autowired Jobs jobs) {
            // The context, and with it the bean, may have served another test.
            int before = jobs.runs();
            jobs.run();
            assertThat(jobs.runs()).isEqualTo(before + 1);
            test.becomeFollower();
            jobs.run();
            assertThat(jobs.runs()).isEqualTo(before + 1);
        }
    }

    static class Jobs {
        private final AtomicInteger runs = new AtomicInteger();

        @LeaderOnly
        void run() {
            runs.incrementAndGet();
        }

        int runs() {
            return runs.get();
        }
    }
}
