package dev.coord.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** What a process that a test started says to the test and hears from it, see {@link JavaProcess}. */
public final class Console {
    private Console() {}

    /** Obeys one command. */
    @FunctionalInterface
    public interface Commands {
        /** Does what {@code words} ask for; false to end. */
        boolean obey(String[] words) throws Exception;
    }

    /** Prints a line with the time on the monotonic clock. */
    public static synchronized void say(String what) {
        System.out.println("@ " + System.nanoTime() + " " + what);
        System.out.flush();
    }

    /** Obeys the lines of the standard input until one of them ends it, or until the input ends: then the test is gone. */
    public static void obey(Commands commands) throws Exception {
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = next(input); line != null; line = next(input)) {
            if (!commands.obey(line.split(" ", -1))) {
                return;
            }
        }
    }

    private static String next(BufferedReader input) throws IOException {
        return input.readLine();
    }
}
