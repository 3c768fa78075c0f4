package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.coord.store.Store;
import dev.coord.store.StoreOwner;
import dev.coord.testing.Console;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.TestStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Two processes use two directories: each owns one, and waits for the other's. To the kernel that is a deadlock. */
class TwoDirectoriesProcessTest {
    @TempDir
    private Path root;

    private final Logger log = (Logger) LoggerFactory.getLogger("dev.coord");
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    @BeforeEach
    void listen() {
        appender.start();
        log.addAppender(appender);
    }

    @AfterEach
    void endListening() {
        log.detachAppender(appender);
    }

    /** The other process; it owns the first directory, and waits for the second. */
    static final class Main {
        private Main() {}

        public static void main(String[] args) throws Exception {
            try (Store first = SharedStore.open(Path.of(args[0]), TestStores.PATIENT);
                    Store second = SharedStore.open(Path.of(args[1]), TestStores.PATIENT)) {
                first.leases().get("wait until it answers");
                second.leases().get("wait until it answers");
                Console.say("READY");
                Console.obey(words -> true);
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void eachTakesOverFromTheOtherAndNobodyComplains() throws IOException {
        Path mine = Files.createDirectory(root.resolve("mine"));
        Path theirs = Files.createDirectory(root.resolve("theirs"));
        try (Store first = SharedStore.open(mine, TestStores.PATIENT)) {
            first.leases().get("wait until it answers");
            try (JavaProcess other = JavaProcess.start(
                    "other", JavaProcess.QUICK_START, Main.class, List.of(theirs.toString(), mine.toString()))) {
                other.await("READY");
                await("the kernel knows that it waits").until(() -> isWaitedFor(mine.resolve("owner.1.lock")));
                try (Store second = SharedStore.open(theirs, TestStores.PATIENT)) {
                    second.leases().get("wait until it answers");
                    assertThat(isHere(second)).isFalse();

                    other.kill();

                    await("the other's directory").until(() -> isHere(second));
                    assertThat(isHere(first)).isTrue();
                }
            }
        }
        assertThat(appender.list)
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .isEmpty();
    }

    private static boolean isHere(Store store) {
        return store.ownedDatabase().orElseThrow().owner().map(StoreOwner::here).orElse(false);
    }

    private static boolean isWaitedFor(Path file) throws IOException {
        String inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
        return Files.readAllLines(Path.of("/proc/locks")).stream()
                .anyMatch(line -> line.contains("->") && line.contains(inode));
    }
}
