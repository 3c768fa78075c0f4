package dev.coord.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Processes of another user, which only root can start. Tests that need one are skipped where it cannot be had. */
public final class OtherUser {
    /** "nobody" on most systems; it needs no entry in any file. */
    public static final int ID = 65534;

    private OtherUser() {}

    public static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Skips the test where no process of another user can be started. */
    public static void assumeAvailable() {
        assumeTrue(isRoot(), "Starting a process of another user needs root: run this test as root to have it");
        assumeTrue(
                succeeds(command("true")),
                "Starting a process of another user needs setpriv: install util-linux (Debian: util-linux-extra or util-linux)");
    }

    /** {@code command} as another user. */
    public static List<String> command(String... command) {
        var all = new ArrayList<>(List.of("setpriv", "--reuid=" + ID, "--regid=" + ID, "--clear-groups"));
        all.addAll(List.of(command));
        return all;
    }

    /** Whether {@code command} can be run and ends well. */
    public static boolean succeeds(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(Patience.SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Runs {@code main} as another user and returns what it printed. The class path is copied to where others may read it. */
    public static String java(Path scratch, Class<?> main, String... arguments) throws Exception {
        String classPath = copyClassPath(scratch);
        var words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Dcoord.log=WARN",
                "-cp",
                classPath,
                main.getName()));
        words.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command(words.toArray(String[]::new)))
                .directory(scratch.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(Patience.SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(main + " did not end; it printed " + output);
        }
        return output;
    }

    /** Makes {@code directory}, and what leads to it below the system's directory for temporary files, open to everybody. */
    public static Path open(Path directory) throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        for (Path each = directory; each != null && !each.equals(temporary); each = each.getParent()) {
            if (each.startsWith(temporary)) {
                Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
        return directory;
    }

    /** Copies the class path below {@code scratch}, where others may read it; the copy as a class path. */
    public static String copyClassPath(Path scratch) throws IOException {
        Path copies = open(Files.createDirectories(scratch.resolve("classpath")));
        var entries = new ArrayList<String>();
        int number = 0;
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path from = Path.of(entry);
            Path to = copies.resolve(number++ + "-" + from.getFileName());
            if (Files.isDirectory(from)) {
                copyDirectory(from, to);
            } else if (Files.exists(from)) {
                Files.copy(from, to);
            }
            entries.add(to.toString());
        }
        return String.join(File.pathSeparator, entries);
    }

    private static void copyDirectory(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
