package dev.coord.store.shared;

import dev.coord.Term;
import dev.coord.store.Lease;
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
                for (int term = 1; term <= Integer.parseInt(words[1]); term++) {
                    store.leases().put(Lease.free("group", new Term(term)));
                }
                Console.say("WRITTEN");
                return true;
            });
        }
    }
}
