package dev.coord.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Reads all that an application wrote, its log and whatever else went to its standard output and error. */
public final class Quiet {
    /** Of Logback and of java.util.logging, and stack traces. */
    private static final Predicate<String> LOUD = Pattern.compile(
                    "\\b(WARN|WARNING|ERROR|SEVERE)\\b|^\\s+at [^ ]+\\(.*\\)|^(Caused by|Exception in thread|java\\.|dev\\.)")
            .asPredicate();

    /** That it is a test, on purpose; and what a later JDK says about libraries that use its old ways to memory. */
    private static final Predicate<String> ALLOWED = Pattern.compile("coord\\.test\\.role is set"
                    + "|^WARNING: (A terminally deprecated|A restricted|Use --enable-native|Restricted methods|Please consider"
                    + "|sun\\.misc\\.Unsafe|java\\.lang\\.System::load|.* has been called by)")
            .asPredicate();

    private Quiet() {}

    /** Nobody who reads it has anything to look into. */
    public static void assertQuiet(String what, List<String> lines) {
        assertThat(lines.stream().filter(LOUD.and(ALLOWED.negate())))
                .as(() -> what + " wrote:" + System.lineSeparator() + String.join(System.lineSeparator(), lines))
                .isEmpty();
    }
}
