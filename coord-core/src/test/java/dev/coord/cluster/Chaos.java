package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.Group;
import dev.coord.testing.Participant;
import dev.coord.testing.ParticipantOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Kills or freezes a random one of several participants, round after round, while all of them work. A killed one is replaced, a
 * frozen one thaws after a while, which may be in the next round. The others have to go on each time.
 */
final class Chaos {
    private static final Duration PACE = Duration.ofMillis(10);
    private static final int LONGEST_FREEZE_MILLIS = 2500;

    private final Group group;
    private final int participants;
    private final Random random;
    private int kills;
    private int freezes;

    private Chaos(Group group, int participants, long seed) {
        this.group = group;
        this.participants = participants;
        this.random = new Random(seed);
    }

    static void run(Path root, int participants, int rounds) throws IOException {
        long seed = Long.getLong("chaos.seed", System.nanoTime());
        System.out.println("Chaos, to be repeated with -Dchaos.seed=" + seed);
        try (Group group = Group.in(root, ParticipantOptions::withDefaultTimes)) {
            group.startAll(participants);
            group.putUnderLoad(PACE);
            var chaos = new Chaos(group, participants, seed);
            for (int round = 1; round <= rounds; round++) {
                chaos.round();
            }
            chaos.thawAll();
            group.awaitAgreement();
            chaos.check(rounds);
        }
    }

    private void round() {
        // Those that were killed last may still be starting. Were too many of them, nobody would have to go on.
        await("enough participants").until(() -> group.well().size() >= participants - 2);
        List<Participant> frozenBefore =
                group.all().stream().filter(Participant::isFrozen).toList();
        Participant victim = victim();
        if (random.nextBoolean()) {
            victim.close();
            kills++;
            group.launch().load(PACE);
        } else {
            victim.freeze();
            freezes++;
            if (random.nextInt(3) > 0) {
                pass(Duration.ofMillis(random.nextInt(LONGEST_FREEZE_MILLIS)));
                victim.thaw();
            }
        }
        group.awaitProgress();
        frozenBefore.forEach(Participant::thaw);
    }

    /** Anyone, or the owner, or the leader. */
    private Participant victim() {
        List<Participant> anyone =
                group.all().stream().filter(p -> p.isAlive() && !p.isFrozen()).toList();
        return switch (random.nextInt(3)) {
            case 0 -> group.owner().orElseGet(() -> pickOf(anyone));
            case 1 -> group.lastLeader().orElseGet(() -> pickOf(anyone));
            default -> pickOf(anyone);
        };
    }

    private void thawAll() {
        group.all().stream().filter(Participant::isFrozen).forEach(Participant::thaw);
        group.all().stream()
                .filter(Participant::isAlive)
                .forEach(p -> p.process().await("STARTED"));
        group.awaitProgress();
    }

    private <T> T pickOf(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    /** How long a process is frozen is part of what is tested. */
    private static void pass(Duration time) {
        await().pollDelay(time).until(() -> true);
    }

    private void check(int rounds) throws IOException {
        List<String> terms = new ArrayList<>();
        group.all()
                .forEach(participant -> participant.process().lines().stream()
                        .filter(line -> line.text().startsWith("LEADER "))
                        .forEach(line -> terms.add(line.words()[1])));
        assertThat(terms).as("terms").doesNotHaveDuplicates();
        long acknowledged = group.killAndCheck();
        assertThat(group.files()).as("no database was damaged").noneMatch(name -> name.contains("corrupt"));
        Path database = group.options()
                .directory()
                .resolve(group.files().stream()
                        .filter(name -> name.startsWith("coord.") && name.endsWith(".mv.db"))
                        .reduce((a, b) -> b)
                        .orElseThrow());
        System.out.printf(
                "%d rounds: %d kills, %d freezes; %d leaderships; %d steps acknowledged, none missing; %s, %d kB%n",
                rounds,
                kills,
                freezes,
                terms.size(),
                acknowledged,
                database.getFileName(),
                Files.size(database) / 1000);
    }
}
