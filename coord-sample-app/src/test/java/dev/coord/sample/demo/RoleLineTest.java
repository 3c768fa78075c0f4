package dev.coord.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoleLineTest {
    @Test
    void isFoundAgainInALine() {
        var line = new RoleLine("FOLLOWER", 7, 1234, 99, -5);
        assertThat(RoleLine.in("2026-01-01 INFO 1234 --- [events] RoleLog : " + line + " and more"))
                .contains(line);
        assertThat(line.isLeader()).isFalse();
    }

    @Test
    void isNotFoundWhereThereIsNone() {
        assertThat(RoleLine.in("job run 1 by pid 1234 in term 7")).isEmpty();
        assertThat(RoleLine.in("role=LEADER term= pid=1 leaderPid=1 nanos=1")).isEmpty();
    }
}
