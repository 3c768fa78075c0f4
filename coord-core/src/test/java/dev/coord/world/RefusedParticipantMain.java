package dev.coord.world;

import dev.coord.IncompatibleVersionException;
import dev.coord.cluster.Coordinator;
import dev.coord.testing.Console;
import dev.coord.testing.ParticipantOptions;
import dev.coord.testing.Patience;
import java.time.Duration;
import java.util.List;

/**
 * A participant with a world in a process of its own. Its arguments are {@link ParticipantOptions}. {@code submit type body} prints the result,
 * or the exception with its subject; {@code create key} and {@code increment key} write through the forwarding state,
 * {@code ephemeral key} and {@code if-absent key} are batches.
 */
public final class RefusedParticipantMain {
    private RefusedParticipantMain() {}

    /** What an older version of the application does not know, by types. */
    static final String LACKS = "coord.test.lacks";

    private static OperationLookup operations() {
        List<String> lacking = List.of(System.getProperty(LACKS, "").split(","));
        var lookup = OperationLookup.builder();
        for (String type : Ops.lookup().types()) {
            if (!lacking.contains(type)) {
                lookup.world(
                        type,
                        body -> Ops.lookup()
                                .worldOperation(type, body)
                                .orElseThrow(() -> new IllegalArgumentException(type)));
            }
        }
        return lookup.build();
    }

    public static void main(String[] args) throws Exception {
        ParticipantOptions options = ParticipantOptions.parse(args);
        var handler = WorldRoleHandler.builder()
                .operations(operations())
                .settings(WorldSettings.defaults()
                        .withSubmitTimeout(Patience.LIMIT)
                        .withOperationTimeout(Duration.ofMillis(500)))
                .build();
        try (Coordinator coordinator = Coordinator.builder()
                .directory(options.directory())
                .settings(options.coordinatorSettings())
                .storeSettings(options.storeSettings())
                .handler(handler)
                .shutdownHook(false)
                .build()) {
            try {
                coordinator.start();
            } catch (IncompatibleVersionException e) {
                Console.say("INCOMPATIBLE " + e.getMessage());
                return;
            }
            coordinator.awaitRole(Patience.LIMIT);
            Console.say("STARTED " + coordinator.role());
            Console.obey(words -> {
                Console.say(answer(handler.world(), words));
                return true;
            });
        }
    }

    private static String answer(World world, String[] words) {
        try {
            return switch (words[0]) {
                case "submit" -> {
                    WorldResult result = world.submit(Ops.op(words[1], words[2]));
                    yield "RESULT " + result.seqno() + " " + result.term() + " " + Ops.text(result);
                }
                case "create" -> "RESULT " + world.state().createObject(words[1], ObjectRef.EMPTY);
                case "increment" ->
                    "RESULT "
                            + world.state()
                                    .object(words[1])
                                    .orElseThrow(() -> new ObjectNotFoundException(words[1]))
                                    .incrementRev();
                case "ephemeral" ->
                    "RESULT "
                            + world.submit(
                                            words[1] + "-" + System.nanoTime(),
                                            new WorldBatch().putEphemeral(words[1], new byte[0]))
                                    .seqno();
                case "if-absent" ->
                    "RESULT "
                            + world.submit(
                                            words[1] + "-" + System.nanoTime(),
                                            new WorldBatch().ifAbsent(words[1]).put(words[1], new byte[0]))
                                    .seqno();
                case "exists" ->
                    "RESULT " + world.read(view -> view.object(words[1])).isPresent();
                default -> "UNKNOWN COMMAND " + words[0];
            };
        } catch (WorldException e) {
            return "REFUSED " + e.getClass().getSimpleName() + " " + e.subject();
        }
    }
}
