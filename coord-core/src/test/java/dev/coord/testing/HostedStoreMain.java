package dev.coord.testing;

import dev.coord.store.Store;
import dev.coord.store.shared.SharedStore;
import java.nio.file.Path;
import java.util.List;

/** Holds the shared store of a directory open, so that whoever opens it later is its client. */
public final class HostedStoreMain {
    private HostedStoreMain() {}

    /** Starts it, and waits until it is the host. */
    public static JavaProcess start(Path directory) {
        JavaProcess host = JavaProcess.start(
                "host", JavaProcess.QUICK_START, HostedStoreMain.class, List.of(directory.toString()));
        host.await("HOST");
        return host;
    }

    public static void main(String[] args) throws Exception {
        try (Store store = SharedStore.open(Path.of(args[0]), TestStores.PATIENT)) {
            store.leases().get("wait until it answers");
            Console.say("HOST");
            Console.obey(words -> true);
        }
    }
}
