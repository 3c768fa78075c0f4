package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.Figures;
import dev.coord.testing.Group;
import dev.coord.testing.JavaProcess.Line;
import dev.coord.testing.Participant;
import dev.coord.testing.ParticipantOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * Kills, freezes or deposes the leader, or anyone, of three participants, round after round, while clients write and read through
 * all of them; afterwards compares what the clients were told with the log.
 */
final class WorldChaos {
    private static final int PARTICIPANTS = 3;
    /** The lease is stale after a second. */
    private static final int SHORTEST_FREEZE_MILLIS = 1200;

    private static final int MORE_FREEZE_MILLIS = 1000;
    private static final Duration PAUSE = Duration.ofMillis(500);

    /** What was done to whom, and when. */
    private record Harm(String what, long nanos) {}

    private final Group group;
    private final Random random;
    private final WorldClients clients;
    private final List<Harm> harms = new ArrayList<>();
    private volatile List<Participant> participants;
    private volatile int round;

    private WorldChaos(Group group, long seed) {
        this.group = group;
        this.random = new Random(seed);
        this.participants = group.all();
        this.clients = new WorldClients(() -> participants, () -> "register-" + round, seed);
    }

    static void run(Path root, int rounds) throws InterruptedException {
        run(root, rounds, options -> options);
    }

    /** The same with other options. */
    static void run(Path root, int rounds, UnaryOperator<ParticipantOptions> changes) throws InterruptedException {
        long seed = Long.getLong("chaos.seed", System.nanoTime());
        System.out.println("Chaos with a world, to be repeated with -Dchaos.seed=" + seed);
        try (Group group =
                Group.of(ChaosParticipantMain.class, root, options -> changes.apply(options.withDefaultTimes()))) {
            group.startAll(PARTICIPANTS);
            var chaos = new WorldChaos(group, seed);
            chaos.clients.start();
            for (int round = 1; round <= rounds; round++) {
                chaos.round(round);
            }
            chaos.end();
            chaos.check();
        }
    }

    private void round(int number) {
        round = number;
        awaitAll();
        Participant leader = group.awaitAgreement();
        Participant victim = random.nextInt(3) > 0 ? leader : group.well().get(random.nextInt(PARTICIPANTS));
        String whom = victim != leader ? "another one" : isOwner(victim) ? "the leader and owner" : "the leader";
        if (random.nextBoolean()) {
            group.well().forEach(participant -> clients.burst("burst-" + round, participant));
        }
        switch (random.nextInt(3)) {
            case 0 -> {
                harms.add(new Harm("kill " + whom, victim.kill()));
                victim.close();
                group.launch();
                participants = group.all().stream().filter(Participant::isAlive).toList();
            }
            case 1 -> {
                harms.add(new Harm("freeze " + whom, victim.freeze()));
                pass(Duration.ofMillis(SHORTEST_FREEZE_MILLIS + random.nextInt(MORE_FREEZE_MILLIS)));
                if (random.nextInt(3) == 0) {
                    clients.awaitProgress();
                }
                victim.thaw();
            }
            default -> {
                harms.add(new Harm("depose " + whom, System.nanoTime()));
                victim.stepDown(PAUSE);
            }
        }
        clients.awaitProgress();
    }

    private boolean isOwner(Participant participant) {
        return group.options().database().isEmpty() && participant == group.awaitOwner();
    }

    private void awaitAll() {
        await("all participants").until(() -> group.well().size() == PARTICIPANTS);
    }

    /** How long a process is frozen is part of what is tested. */
    private static void pass(Duration time) {
        await().pollDelay(time).until(() -> true);
    }

    /** The clients end, and all participants come to the same world. */
    private void end() {
        clients.end();
        awaitAll();
        group.awaitAgreement();
        await("one world everywhere")
                .until(() -> group.well().stream()
                                .map(participant -> participant
                                        .process()
                                        .ask("read end 0 register-" + round, "READ end ")
                                        .text())
                                .distinct()
                                .count()
                        == 1);
        group.close();
    }

    private void check() throws InterruptedException {
        if (group.options().database().isEmpty()) {
            assertThat(group.files()).as("no database was damaged").noneMatch(name -> name.contains("corrupt"));
        }
        ClientsCheck check = ClientsCheck.of(group, clients, group.options().coordinator());
        System.out.printf("%d rounds, %s%n%s", round, check, figures(check.operations()));
    }

    /** From each harm to the next leader, and to the first answer of what was submitted after it. */
    private Figures figures(List<ClientOperation> operations) {
        List<Long> leaders = group.all().stream()
                .flatMap(participant -> participant.process().lines().stream())
                .filter(line -> line.text().startsWith("LEADER "))
                .map(Line::nanos)
                .sorted()
                .toList();
        List<ClientOperation> answered = operations.stream()
                .filter(operation -> operation.outcome() != ClientOperation.Outcome.UNKNOWN)
                .sorted(Comparator.comparingLong(ClientOperation::returned))
                .toList();
        var figures = new Figures();
        for (Harm harm : harms) {
            if (harm.what().contains("leader")) {
                leaders.stream()
                        .filter(nanos -> nanos > harm.nanos())
                        .findFirst()
                        .ifPresent(
                                nanos -> figures.add(harm.what() + ", until another one leads", nanos - harm.nanos()));
            }
            answered.stream()
                    .filter(operation -> operation.invoked() > harm.nanos())
                    .findFirst()
                    .ifPresent(operation -> figures.add(
                            harm.what() + ", until something is answered", operation.returned() - harm.nanos()));
        }
        return figures;
    }
}
