package dev.coord.mesh;

import dev.coord.CoordException;
import dev.coord.Leadership;
import dev.coord.ParticipantId;
import dev.coord.PeerUnreachableException;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.CoordinatorListener;
import dev.coord.cluster.CoordinatorStatus;
import dev.coord.proto.GetParticipantInfoRequest;
import dev.coord.proto.GetParticipantInfoResponse;
import dev.coord.proto.ParticipantServiceGrpc;
import dev.coord.proto.ParticipantServiceGrpc.ParticipantServiceBlockingStub;
import dev.coord.store.Participant;
import dev.coord.testing.Console;
import dev.coord.testing.Descriptors;
import dev.coord.testing.ParticipantOptions;
import dev.coord.testing.Patience;
import io.grpc.StatusRuntimeException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * A participant in a process of its own that calls the others. Its arguments are {@link ParticipantOptions}.
 *
 * <p>{@code peers} asks every participant who it is; {@code roles} begins to do so without end, and prints a line whenever the
 * answers differ; {@code call} begins to call the leader without end, and prints a line whenever another one answers, or a call
 * fails; both are given the milliseconds to pause after each time.
 */
public final class MeshParticipantMain {
    private final Coordinator coordinator;
    private final Descriptors descriptors = new Descriptors();

    private MeshParticipantMain(Coordinator coordinator) {
        this.coordinator = coordinator;
    }

    public static void main(String[] args) throws Exception {
        ParticipantOptions options = ParticipantOptions.parse(args);
        try (Coordinator coordinator = Coordinator.builder()
                .directory(options.directory())
                .settings(options.coordinatorSettings())
                .storeSettings(options.storeSettings())
                .transport(options.transport())
                .capabilities("mesh")
                .shutdownHook(false)
                .build()) {
            coordinator.addListener(new CoordinatorListener() {
                @Override
                public void becameLeader(Leadership leadership) {
                    Console.say("LEADER " + leadership.term());
                }
            });
            coordinator.start();
            Console.say("STARTED " + coordinator.id());
            Console.obey(new MeshParticipantMain(coordinator)::obey);
        }
    }

    private boolean obey(String[] words) {
        switch (words[0]) {
            case "role" -> Console.say("ROLE " + coordinator.role());
            case "status" -> status(coordinator.status());
            case "peers" -> Console.say("PEERS " + peers());
            case "roles" -> start(() -> watchRoles(pause(words)));
            case "ask" -> ask(new ParticipantId(words[1]));
            case "call" -> start(() -> callForEver(pause(words)));
            case "step-down" -> coordinator.stepDown(Duration.ofMillis(500));
            case "exhaust" -> Console.say("EXHAUSTED " + descriptors.exhaust());
            case "free" -> {
                descriptors.free();
                Console.say("FREED");
            }
            case "heap" -> {
                System.gc();
                Console.say("HEAP "
                        + ManagementFactory.getMemoryMXBean()
                                .getHeapMemoryUsage()
                                .getUsed());
            }
            case "close" -> {
                coordinator.close();
                Console.say("CLOSED");
                return false;
            }
            default -> Console.say("UNKNOWN COMMAND " + words[0]);
        }
        return true;
    }

    private static void status(CoordinatorStatus status) {
        Console.say("STATUS " + status.role() + " "
                + status.leader().map(leader -> leader.term().toString()).orElse("0") + " "
                + status.sinceRenewal().map(Duration::toMillis).orElse(-1L) + " "
                + status.storeFailure().map(CoordException::getMessage).orElse("-"));
    }

    /** Those that answer. */
    private String peers() {
        return coordinator.watcher().participants().stream()
                .flatMap(participant -> info(participant).stream())
                .map(info -> info.id() + ":" + info.role() + ":" + info.term().value() + ":" + info.pid() + ":"
                        + String.join("+", info.capabilities()))
                .collect(Collectors.joining(" "));
    }

    private Optional<ParticipantInfo> info(Participant participant) {
        try {
            return Optional.of(coordinator.mesh().connect(participant).info());
        } catch (PeerUnreachableException e) {
            return Optional.empty();
        }
    }

    private List<ParticipantInfo> infos() {
        List<Participant> all = coordinator.watcher().participants();
        return all.stream()
                .map(participant -> coordinator.mesh().connect(participant).info())
                .toList();
    }

    private void ask(ParticipantId participant) {
        coordinator.mesh().disconnect(participant);
        try {
            Console.say(
                    "ANSWERED " + coordinator.mesh().client(participant).info().id());
        } catch (PeerUnreachableException e) {
            Console.say("UNREACHABLE " + e.getMessage());
        }
    }

    private static void start(Runnable work) {
        var thread = new Thread(work, "caller");
        thread.setDaemon(true);
        thread.start();
    }

    private static long pause(String[] words) {
        return TimeUnit.MILLISECONDS.toNanos(Long.parseLong(words[1]));
    }

    private void watchRoles(long pauseNanos) {
        String before = "";
        while (true) {
            String now = roles();
            if (!now.equals(before)) {
                Console.say("ROLES " + now);
                before = now;
            }
            LockSupport.parkNanos(pauseNanos);
        }
    }

    private String roles() {
        try {
            return infos().stream()
                    .map(info ->
                            info.id() + "=" + info.role() + "@" + info.term().value())
                    .sorted()
                    .collect(Collectors.joining(" "));
        } catch (PeerUnreachableException e) {
            return e.getMessage();
        }
    }

    private void callForEver(long pauseNanos) {
        ParticipantServiceBlockingStub stub = ParticipantServiceGrpc.newBlockingStub(
                        coordinator.mesh().channel("coord:///leader"))
                .withWaitForReady();
        String before = "";
        while (true) {
            try {
                GetParticipantInfoResponse info = stub.withDeadlineAfter(Patience.SECONDS, TimeUnit.SECONDS)
                        .getParticipantInfo(GetParticipantInfoRequest.getDefaultInstance());
                String answer =
                        info.getParticipantId() + " " + info.getRole().name().replace("ParticipantRole_", "");
                if (!answer.equals(before)) {
                    Console.say("ANSWER " + answer);
                    before = answer;
                }
            } catch (StatusRuntimeException e) {
                Console.say("FAILED " + e.getStatus().getCode());
            }
            LockSupport.parkNanos(pauseNanos);
        }
    }
}
