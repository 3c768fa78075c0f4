package dev.coord.testing;

import dev.coord.store.Store;
import dev.coord.store.shared.SharedStore;
import dev.coord.store.shared.SharedStoreSettings;
import java.nio.file.Path;

/** Opens the store of a directory, for tests, and prints what came of it. */
public final class OpenStoreMain {
    private OpenStoreMain() {}

    public static void main(String[] args) {
        try (Store store = SharedStore.open(Path.of(args[0]), SharedStoreSettings.defaults())) {
            store.leases().get("group");
            System.out.println("OPENED");
        } catch (RuntimeException e) {
            System.out.println(e.getClass().getName() + ": " + e.getMessage());
        }
    }
}
