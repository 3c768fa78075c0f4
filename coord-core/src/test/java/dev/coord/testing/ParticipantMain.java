package dev.coord.testing;

import static dev.coord.testing.Console.say;

import dev.coord.LeaderChange;
import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.LossReason;
import dev.coord.StoreUnavailableException;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.CoordinatorListener;
import dev.coord.cluster.RoleChangeHandler;
import dev.coord.mesh.MeshProbe;
import dev.coord.registry.ProcessIdentity;
import dev.coord.store.Participant;
import dev.coord.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** A participant in a process of its own, which prints what happens to it; {@link Participant} is its remote control. */
public final class ParticipantMain {
    private static final long SAMPLE_NANOS = 1_000_000;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final ParticipantOptions options;
    private final Coordinator coordinator;
    private final Console.Commands more;

    /** A participant that does more than to take part. */
    public interface Variant {
        /** The coordinator, but for its {@link ParticipantOptions#coordinatorSettings()}. */
        Coordinator.Builder builder(ParticipantOptions options);

        /** Obeys a command that is not every participant's; false if there is no such command. */
        boolean obey(String[] words) throws Exception;
    }

    private ParticipantMain(ParticipantOptions options, Coordinator.Builder builder, Console.Commands more) {
        this.options = options;
        this.coordinator = builder.settings(options.coordinatorSettings()).build();
        this.more = more;
    }

    public static void main(String[] args) throws Exception {
        ParticipantOptions options = ParticipantOptions.parse(args);
        Coordinator.Builder builder = options.coordinator().handler(new Handler());
        run(new ParticipantMain(options, builder, words -> false));
    }

    /** The same for a {@code variant}, whose main calls this. */
    public static void run(String[] args, Variant variant) throws Exception {
        ParticipantOptions options = ParticipantOptions.parse(args);
        run(new ParticipantMain(options, variant.builder(options), variant::obey));
    }

    private static void run(ParticipantMain main) throws Exception {
        try (Coordinator coordinator = main.coordinator) {
            coordinator.addListener(new Teller());
            coordinator.start();
            say("STARTED " + coordinator.id() + " " + main.lifeToken());
            main.options.heldLog().ifPresent(file -> main.startSampling(HeldLog.open(file)));
            Console.obey(main::obey);
        }
    }

    private static final class Teller implements CoordinatorListener {
        @Override
        public void becameLeader(Leadership leadership) {
            say("LEADER " + leadership.term());
        }

        @Override
        public void leadershipLost(Leadership leadership, LossReason reason) {
            say("LOST " + leadership.term() + " " + reason);
        }

        @Override
        public void leaderChanged(LeaderChange change) {
            say("CHANGED " + change.leader().term() + " " + change.reason());
        }

        @Override
        public void becameFollower(LeaderInfo leader) {
            say("FOLLOWER " + leader.term() + " " + leader.participant());
        }
    }

    private static final class Handler implements RoleChangeHandler {
        @Override
        public void onBecomeLeader(Leadership leadership) throws InterruptedException {
            say("WORK-BEGAN " + leadership.term());
            try {
                leadership.awaitLost();
            } finally {
                say("WORK-ENDED " + leadership.term());
            }
        }

        @Override
        public void onBecomeFollower(LeaderInfo leader) {}
    }

    private String lifeToken() {
        return coordinator.watcher().participants().stream()
                .filter(record -> record.id().equals(coordinator.id()))
                .map(Participant::process)
                .map(process -> ProcessIdentity.parse(process).orElseThrow().lifeToken())
                .findFirst()
                .orElseThrow();
    }

    private boolean obey(String[] words) throws Exception {
        switch (words[0]) {
            case "status" -> {
                Optional<LeaderInfo> leader = coordinator.leader();
                say("STATUS " + coordinator.role() + " "
                        + leader.map(l -> l.term().toString()).orElse("0") + " "
                        + leader.map(l -> l.participant().toString()).orElse("-") + " "
                        + coordinator.countParticipants());
            }
            case "hears-leader" ->
                say("HEARS "
                        + coordinator
                                .leader()
                                .filter(leader -> MeshProbe.isWatching(coordinator.mesh(), leader.participant()))
                                .isPresent());
            case "records" -> {
                coordinator.watcher().refresh();
                say("RECORDS "
                        + coordinator.watcher().participants().stream()
                                .map(participant -> participant.id().value())
                                .collect(Collectors.joining(",")));
            }
            case "failure" ->
                say("FAILURE "
                        + coordinator
                                .status()
                                .storeFailure()
                                .map(Throwable::getMessage)
                                .orElse("-"));
            case "renew" -> say("RENEWED " + coordinator.election().renewLease());
            case "commit" -> commit();
            case "step-down" -> coordinator.stepDown(Duration.ofMillis(Long.parseLong(words[1])));
            case "load" -> {
                // Another user of the store that the coordinator uses.
                Store store = options.openStore();
                Load.start(store, LoadAccount.open(Path.of(words[1])), Duration.ofMillis(Long.parseLong(words[2])));
                say("LOADING");
            }
            case "close" -> {
                coordinator.close();
                say("CLOSED");
                return false;
            }
            default -> {
                if (!more.obey(words)) {
                    say("UNKNOWN COMMAND " + String.join(" ", words));
                }
            }
        }
        return true;
    }

    private void commit() {
        while (true) {
            try {
                coordinator.registry().heartbeat();
                say("COMMITTED");
                return;
            } catch (StoreUnavailableException e) {
                say("UNAVAILABLE " + e.getMessage());
            }
        }
    }

    /** Records when this process leads by its own account, and what it believes first after a pause. */
    private void startSampling(HeldLog log) {
        var sampler = new Thread(
                () -> {
                    long last = System.nanoTime();
                    while (!Thread.interrupted()) {
                        long before = System.nanoTime();
                        Optional<Leadership> held = coordinator.leadership().filter(Leadership::isHeld);
                        long after = System.nanoTime();
                        if (after - last > PAUSE_NANOS) {
                            // The pause may have come between asking and here.
                            boolean holds = coordinator
                                    .leadership()
                                    .filter(Leadership::isHeld)
                                    .isPresent();
                            say("PAUSED " + TimeUnit.NANOSECONDS.toMillis(after - last) + " "
                                    + (holds ? "HOLDS" : "HOLDS-NOT"));
                        }
                        held.ifPresent(leadership -> log.held(leadership.term().value(), before, after));
                        last = after;
                        LockSupport.parkNanos(SAMPLE_NANOS);
                    }
                },
                "sampler");
        sampler.setDaemon(true);
        sampler.start();
    }
}
