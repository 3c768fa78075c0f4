package dev.coord.application;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** One life of an application, and what it printed. */
record Run(int exit, String output) {
    private static final long LIMIT_MINUTES = 5;

    static Run of(Class<?> application, Path directory, List<String> classPath, String... arguments)
            throws IOException, InterruptedException {
        return of(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"), application, directory, classPath, arguments);
    }

    /** The same with options of the JVM. */
    static Run of(
            List<String> options, Class<?> application, Path directory, List<String> classPath, String... arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(
                "-Djava.io.tmpdir=" + Files.createDirectories(directory.resolve("tmp")),
                "-Duser.home=" + directory,
                "-cp",
                ClassPaths.tests() + File.pathSeparator + String.join(File.pathSeparator, classPath),
                application.getName(),
                "--spring.application.name=app",
                "--spring.main.banner-mode=off",
                "--server.port=0",
                "--spring.grpc.server.port=0"));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(directory, "output", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                throw new AssertionError("It did not end: " + Files.readString(output));
            }
        } finally {
            process.destroyForcibly();
        }
        return new Run(process.exitValue(), Files.readString(output));
    }

    Set<String> lines(String prefix) {
        var found = new TreeSet<String>();
        output.lines()
                .filter(line -> line.startsWith(prefix))
                .forEach(line -> found.add(line.substring(prefix.length())));
        return found;
    }
}
