package dev.coord.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class LeaderJobTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    private Path temp;

    @Test
    void runsOnlyWhereTheApplicationLeads(CapturedOutput output) {
        long pid = ProcessHandle.current().pid();
        try (var context = new SpringApplicationBuilder(SampleApplication.class)
                .run(
                        "--server.port=0",
                        "--coord.dir=" + temp.resolve("shared"),
                        // However busy the machine is, it does not lose the lease for that.
                        "--coord.lease.renew-deadline=8s",
                        "--coord.lease.stale-threshold=10s")) {
            await().atMost(LIMIT).until(() -> output.getOut().contains("job run 1 by pid " + pid + " in term 1"));
            assertThat(output.getOut()).containsPattern("role=LEADER term=1 pid=" + pid + " leaderPid=" + pid);

            // Nobody else is there to lead, so it leads again, in another term.
            context.getBean(Coordinator.class).stepDown(Duration.ZERO);
            await().atMost(LIMIT).until(() -> output.getOut().contains("job run 1 by pid " + pid + " in term 2"));
            assertThat(context.getBean(Coordinator.class).role()).isEqualTo(Role.LEADER);
            String sinceTheEnd = output.getOut().substring(output.getOut().indexOf("role=UNKNOWN term=1"));
            assertThat(sinceTheEnd).doesNotContain("in term 1");
        }
    }
}
