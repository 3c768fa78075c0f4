package dev.coord.world;

import dev.coord.cluster.Coordinator;
import dev.coord.testing.Console;
import dev.coord.testing.ParticipantOptions;
import dev.coord.testing.Patience;

/** A participant with a world in a process of its own; "large count" submits operations that return 500 kB each. */
public final class LargeResultsMain {
    private static final int BYTES = 500_000;

    private LargeResultsMain() {}

    public static void main(String[] args) throws Exception {
        ParticipantOptions options = ParticipantOptions.parse(args);
        var handler = WorldRoleHandler.builder()
                .operations(Ops.lookup())
                .settings(WorldGroup.PATIENT)
                .build();
        try (Coordinator coordinator = Coordinator.builder()
                .directory(options.directory())
                .settings(options.coordinatorSettings())
                .storeSettings(options.storeSettings())
                .handler(handler)
                .shutdownHook(false)
                .build()) {
            coordinator.start();
            var unused = handler.awaitEngine(Patience.LIMIT).orElseThrow();
            Console.say("LEADING");
            Console.obey(words -> {
                long bytes = 0;
                for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                    bytes += handler.world()
                            .submit(words[0] + "-" + i, Ops.op("big", Integer.toString(BYTES)))
                            .value()
                            .length;
                }
                Console.say("DONE " + bytes + " " + handler.world().seqno());
                return true;
            });
        }
    }
}
