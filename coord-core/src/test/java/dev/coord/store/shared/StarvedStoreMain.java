package dev.coord.store.shared;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.coord.StoreUnavailableException;
import dev.coord.store.Store;
import dev.coord.testing.Console;
import dev.coord.testing.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.slf4j.LoggerFactory;

/** Uses the store of a directory, and counts what is logged at WARN or above. */
final class StarvedStoreMain {
    static final Duration THRESHOLD = Duration.ofMillis(500);

    private static final ListAppender<ILoggingEvent> LOGGED = new ListAppender<>();

    private StarvedStoreMain() {}

    static SharedStoreSettings settings() {
        return SharedStoreSettings.defaults().withOwnerStaleThreshold(THRESHOLD).withCallTimeout(Patience.LIMIT);
    }

    public static void main(String[] args) throws Exception {
        LOGGED.start();
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(LOGGED);
        ((Logger) LoggerFactory.getLogger("dev.coord")).setLevel(Level.WARN);
        // gRPC's own.
        java.util.logging.Logger.getLogger("").addHandler(new Foreign());
        try (Store store = SharedStore.open(Path.of(args[0]), settings())) {
            store.leases().get("wait until it answers");
            Console.say("READY");
            Console.obey(words -> {
                switch (words[0]) {
                    case "problems" -> Console.say("PROBLEMS " + store.problems());
                    case "call" ->
                        Console.say("ANSWERED " + store.leases().get("group").isPresent());
                    default -> {
                        List.copyOf(LOGGED.list).forEach(event -> Console.say("LOG " + event));
                        Console.say("LOGGED");
                    }
                }
                return true;
            });
        } catch (StoreUnavailableException e) {
            Console.say("UNAVAILABLE " + e.getMessage());
        }
    }

    private static final class Foreign extends Handler {
        @Override
        public void publish(LogRecord logged) {
            if (logged.getLevel().intValue() >= java.util.logging.Level.WARNING.intValue()) {
                Console.say("LOG " + logged.getLoggerName() + " " + logged.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
