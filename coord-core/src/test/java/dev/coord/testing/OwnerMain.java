package dev.coord.testing;

import dev.coord.store.Store;
import dev.coord.store.shared.SharedStore;
import java.nio.file.Path;
import java.util.List;

/** Holds the shared store of a directory open, so that whoever opens it later is its client. */
public final class OwnerMain {
    private OwnerMain() {}

    /** Starts it, and waits until it is the owner. */
    public static JavaProcess start(Path directory) {
        JavaProcess owner =
                JavaProcess.start("owner", JavaProcess.QUICK_START, OwnerMain.class, List.of(directory.toString()));
        owner.await("OWNER");
        return owner;
    }

    public static void main(String[] args) throws Exception {
        try (Store store = SharedStore.open(Path.of(args[0]), TestStores.PATIENT)) {
            store.leases().get("wait until it answers");
            Console.say("OWNER");
            Console.obey(words -> true);
        }
    }
}
