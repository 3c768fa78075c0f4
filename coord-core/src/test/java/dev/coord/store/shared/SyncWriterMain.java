package dev.coord.store.shared;

import dev.coord.ParticipantId;
import dev.coord.store.Participant;
import dev.coord.store.Store;
import dev.coord.testing.Console;
import dev.coord.testing.TestStores;
import java.nio.file.Path;

/** Writes to the store of a directory when it is told to. */
final class SyncWriterMain {
    private SyncWriterMain() {}

    public static void main(String[] args) throws Exception {
        boolean sync = Boolean.parseBoolean(args[1]);
        try (Store store = SharedStore.open(Path.of(args[0]), TestStores.PATIENT.withSync(sync))) {
            store.leases().get("wait until it answers");
            Console.say("READY");
            Console.obey(words -> {
                // No leases: those are forced whatever anybody wants.
                for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                    store.participants()
                            .put(Participant.builder("group", new ParticipantId("writer-" + i))
                                    .build());
                }
                Console.say("WRITTEN");
                return true;
            });
        }
    }
}
