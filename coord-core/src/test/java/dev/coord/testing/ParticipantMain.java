package dev.coord.testing;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.LossReason;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.CoordinatorListener;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A participant in a process of its own, for tests. It prints what happens, each line with the time on the monotonic clock, and
 * obeys the lines of its standard input; at the end of the input, the test is gone and so is the process.
 *
 * <p>Arguments: directory, group, file of the {@link HeldLog}.
 */
public final class ParticipantMain {
    private ParticipantMain() {}

    public static void main(String[] args) throws Exception {
        try (Coordinator coordinator =
                Coordinator.builder().directory(Path.of(args[0])).group(args[1]).build()) {
            coordinator.addListener(new CoordinatorListener() {
                @Override
                public void becameLeader(Leadership leadership) {
                    say("LEADER " + leadership.term());
                }

                @Override
                public void leadershipLost(Leadership leadership, LossReason reason) {
                    say("LOST " + leadership.term() + " " + reason);
                }

                @Override
                public void becameFollower(LeaderInfo leader) {
                    say("FOLLOWER " + leader.term() + " " + leader.participant());
                }
            });
            coordinator.start();
            say("STARTED " + coordinator.id());
            startSampling(coordinator, HeldLog.open(Path.of(args[2])));
            var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                if (!obey(coordinator, line)) {
                    return;
                }
            }
        }
    }

    private static boolean obey(Coordinator coordinator, String line) {
        String[] words = line.split(" ", -1);
        switch (words[0]) {
            case "close" -> {
                coordinator.close();
                say("CLOSED");
                return false;
            }
            case "step-down" -> coordinator.stepDown(Duration.ofMillis(Long.parseLong(words[1])));
            case "status" ->
                say("STATUS " + coordinator.role() + " "
                        + coordinator.leader().map(l -> l.term().toString()).orElse("0") + " "
                        + coordinator.countParticipants()
                        + " "
                        + coordinator
                                .leader()
                                .map(l -> l.participant().toString())
                                .orElse("-"));
            default -> say("UNKNOWN COMMAND " + line);
        }
        return true;
    }

    /** Records the instants at which this process leads by its own account. */
    private static void startSampling(Coordinator coordinator, HeldLog log) {
        var sampler = new Thread(
                () -> {
                    while (!Thread.interrupted()) {
                        // Before asking: a leadership never comes back, so what is held afterwards was held then.
                        long before = System.nanoTime();
                        Optional<Leadership> held = coordinator.leadership();
                        if (held.isPresent() && held.get().isHeld()) {
                            log.held(held.get().term().value(), before);
                        }
                        java.util.concurrent.locks.LockSupport.parkNanos(200_000);
                    }
                },
                "sampler");
        sampler.setDaemon(true);
        sampler.start();
    }

    private static synchronized void say(String what) {
        System.out.println("@ " + System.nanoTime() + " " + what);
        System.out.flush();
    }
}
