package dev.coord.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How long a test waits for what has to happen before it says that it hangs. It judges nothing: however slow or busy the machine,
 * no test depends on how long something takes. It is also the limit of each {@code await()}.
 */
public final class Patience {
    public static final Duration LIMIT = Duration.ofSeconds(60);
    public static final long SECONDS = LIMIT.toSeconds();
    public static final long MILLIS = LIMIT.toMillis();

    private static final Duration POLL_INTERVAL = Duration.ofMillis(10);

    private Patience() {}

    /** Makes it Awaitility's default. JUnit finds it by itself. */
    public static final class Default implements BeforeAllCallback {
        @Override
        public void beforeAll(ExtensionContext context) {
            Awaitility.setDefaultTimeout(LIMIT);
            Awaitility.setDefaultPollInterval(POLL_INTERVAL);
            Awaitility.setDefaultPollDelay(Duration.ZERO);
        }
    }
}
