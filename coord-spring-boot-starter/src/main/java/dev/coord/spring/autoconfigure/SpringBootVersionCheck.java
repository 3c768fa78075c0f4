package dev.coord.spring.autoconfigure;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/**
 * Ends the start of an application on a Spring Boot that is too old, with a sentence, before one of the classes that it lacks is
 * missed. So this class, and what it uses, must do with what Spring Boot 2 has already; nothing later in the start would come early
 * enough.
 */
final class SpringBootVersionCheck implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {
    private static final int MAJOR = 4;
    private static final int MINOR = 1;
    static final String NEEDED = MAJOR + "." + MINOR;

    private static final Pattern VERSION = Pattern.compile("(\\d{1,9})\\.(\\d{1,9})\\b.*");

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        check(SpringBootVersion.getVersion());
    }

    static void check(@Nullable String version) {
        Matcher numbers = VERSION.matcher(version == null ? "" : version);
        if (!numbers.matches()) {
            // A build of one's own; who makes one knows.
            return;
        }
        int major = Integer.parseInt(numbers.group(1));
        int minor = Integer.parseInt(numbers.group(2));
        if (major < MAJOR || (major == MAJOR && minor < MINOR)) {
            throw new SpringBootTooOldException(numbers.group());
        }
    }

    /** After the listener that sets up logging, so that the sentence is seen as others are. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 100;
    }
}
