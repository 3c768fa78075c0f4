package dev.coord.mesh;

import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.proto.GetParticipantInfoRequest;
import dev.coord.proto.GetParticipantInfoResponse;
import dev.coord.proto.ParticipantRecord;
import dev.coord.proto.ParticipantServiceGrpc;
import dev.coord.proto.ParticipantServiceGrpc.ParticipantServiceBlockingStub;
import dev.coord.testing.Console;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A participant in a process of its own that calls the others. Its argument is the directory.
 *
 * <p>{@code peers} asks every participant who it is; {@code call} begins to call the leader without a pause, and prints a line
 * whenever another one answers, or a call fails.
 */
public final class MeshParticipantMain {
    private MeshParticipantMain() {}

    public static void main(String[] args) throws Exception {
        try (Coordinator coordinator = Coordinator.builder()
                .directory(Path.of(args[0]))
                .capabilities("mesh")
                .shutdownHook(false)
                .build()) {
            coordinator.start();
            Console.say("STARTED " + coordinator.id());
            Console.obey(words -> {
                switch (words[0]) {
                    case "role" -> Console.say("ROLE " + coordinator.role());
                    case "peers" -> Console.say("PEERS " + peers(coordinator));
                    case "call" -> startCalling(coordinator.mesh());
                    default -> Console.say("UNKNOWN COMMAND " + words[0]);
                }
                return true;
            });
        }
    }

    private static String peers(Coordinator coordinator) {
        List<ParticipantRecord> all = coordinator.watcher().participants();
        return all.stream()
                .map(participant -> coordinator.mesh().connect(participant).info())
                .map(info -> info.getParticipantId() + ":" + Role.fromProto(info.getRole()) + ":" + info.getTerm() + ":"
                        + Integer.toUnsignedLong(info.getPid()) + ":" + String.join("+", info.getCapabilitiesList()))
                .collect(Collectors.joining(" "));
    }

    private static void startCalling(Mesh mesh) {
        var stub = ParticipantServiceGrpc.newBlockingStub(mesh.channel("coord:///leader"))
                .withWaitForReady();
        var thread = new Thread(() -> callForEver(stub), "caller");
        thread.setDaemon(true);
        thread.start();
    }

    private static void callForEver(ParticipantServiceBlockingStub stub) {
        String before = "";
        while (true) {
            try {
                GetParticipantInfoResponse info = stub.withDeadlineAfter(10, TimeUnit.SECONDS)
                        .getParticipantInfo(GetParticipantInfoRequest.getDefaultInstance());
                String answer = info.getParticipantId() + " " + Role.fromProto(info.getRole());
                if (!answer.equals(before)) {
                    Console.say("ANSWER " + answer);
                    before = answer;
                }
            } catch (StatusRuntimeException e) {
                Console.say("FAILED " + e.getStatus().getCode());
            }
        }
    }
}
