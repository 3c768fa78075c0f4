package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.coord.store.Store;
import dev.coord.store.StoreOwner;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.OtherUser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A process has no file descriptor left. */
@EnabledOnOs(OS.LINUX)
class DescriptorLimitProcessTest {
    /** Those that are open stay; there is no other one. */
    private static final int NONE = 3;

    private static final int ENOUGH = 1024;

    @TempDir
    private Path root;

    /** It loses its connection, cannot make another one, and must not blame the owner for that. */
    @Test
    void whoCannotReachTheOwnerForWantOfThemDeposesNobodyAndSaysItOnce() throws IOException {
        try (JavaProcess first = start("first");
                Store store = SharedStore.open(root, StarvedStoreMain.settings());
                JavaProcess starved = start("starved")) {
            assertThat(store.leases().get("group")).isEmpty();
            assumeTrue(limit(starved, NONE), "setting limits of a process needs prlimit: install util-linux");

            first.kill();

            await("this process is the owner").until(() -> isHere(store));
            long epoch = EpochFile.open(new SharedDirectory(root)).get();
            await("that it is cut off, for longer than an owner may be silent")
                    .until(() -> starved.ask("problems", "PROBLEMS").text().contains("stays the owner"));
            await("that it says so").until(() -> !said(starved).isEmpty());
            starved.awaitIdle();
            assertThat(limit(starved, ENOUGH)).isTrue();
            starved.ask("call", "ANSWERED");

            assertThat(isHere(store)).isTrue();
            assertThat(EpochFile.open(new SharedDirectory(root)).get()).isEqualTo(epoch);
            assertThat(said(starved))
                    // That it cannot reach the owner, and, if it was its turn before, that it could not become owner.
                    .hasSizeBetween(1, 2);
        }
    }

    /** What it logged, each line once however often it is asked. */
    private static List<String> said(JavaProcess process) {
        process.ask("log", "LOGGED");
        return process.lines().stream()
                .map(JavaProcess.Line::text)
                .filter(line -> line.startsWith("LOG "))
                .distinct()
                .toList();
    }

    private JavaProcess start(String name) {
        JavaProcess process =
                JavaProcess.start(name, JavaProcess.QUICK_START, StarvedStoreMain.class, List.of(root.toString()));
        process.await("READY");
        return process;
    }

    private static boolean limit(JavaProcess process, int descriptors) {
        return OtherUser.succeeds(
                List.of("prlimit", "--pid", Long.toString(process.pid()), "--nofile=" + descriptors + ":"));
    }

    private static boolean isHere(Store store) {
        return store.ownedDatabase().orElseThrow().owner().map(StoreOwner::here).orElse(false);
    }
}
