package dev.coord.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Makes the processes of tests start with half the processor time: their classes come, read and verified, from an archive. It is
 * made once for each build, by a process that takes part in a group for a moment.
 */
final class QuickStart {
    private static final Path PLACE = Path.of("target", "quick-start").toAbsolutePath();

    private record Archive(String classPath, Path file) {}

    /** Made when the first process is started, which most tests never do. */
    private static final class Holder {
        private static final Archive ARCHIVE = archive();
    }

    private QuickStart() {}

    /** The class path of this JVM, as jars. */
    static String classPath() {
        return Holder.ARCHIVE.classPath();
    }

    /** {@link JavaProcess#QUICK_START} and the archive, for a process that has {@link #classPath}. */
    static List<String> flags() {
        Path archive = Holder.ARCHIVE.file();
        // A JVM that cannot use it goes on without it, and says so.
        return Files.exists(archive) ? with("-XX:SharedArchiveFile=" + archive) : JavaProcess.QUICK_START;
    }

    private static Archive archive() {
        try {
            Files.createDirectories(PLACE);
            // Two JVMs may run tests at the same time.
            try (FileChannel channel = FileChannel.open(
                            PLACE.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var lock = channel.lock()) {
                Path place = PLACE.resolve(fingerprint());
                Path made = place.resolve("classes.jsa");
                if (lock.isValid() && !Files.exists(made)) {
                    removeOld();
                    Files.createDirectory(place);
                    Jars.make(place);
                    try {
                        Files.move(record(place), made);
                    } catch (AssertionError e) {
                        System.err.println("Processes start more slowly: no archive of their classes was made: " + e);
                    }
                }
                return new Archive(Jars.classPath(place), made);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another one if the JVM, a class or a jar is another one. */
    private static String fingerprint() throws IOException {
        var checksum = new CRC32();
        for (String entry : Jars.entries()) {
            checksum.update(entry.getBytes(UTF_8));
            if (Jars.isClasses(entry)) {
                try (Stream<Path> files = Files.walk(Path.of(entry))) {
                    for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                        // Not its time: that may still change a moment after it was written.
                        checksum.update(Files.readAllBytes(file));
                    }
                }
            }
        }
        return Runtime.version() + "-" + Long.toHexString(checksum.getValue());
    }

    private static void removeOld() throws IOException {
        try (Stream<Path> old = Files.list(PLACE)) {
            for (Path directory : old.filter(Files::isDirectory).toList()) {
                remove(directory);
            }
        }
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Records the classes of one that joins another, and takes its place: it knows those of a client and those of an owner. */
    private static Path record(Path place) throws IOException {
        Path recorded = place.resolve("recorded.jsa");
        Path shared = Files.createTempDirectory("coord-quick-start");
        String classPath = Jars.classPath(place);
        List<String> arguments = ParticipantOptions.defaults(shared).toArguments();
        try (JavaProcess owner = JavaProcess.start(
                "recorded-owner", classPath, JavaProcess.QUICK_START, ParticipantMain.class, arguments)) {
            owner.await("LEADER");
            List<String> flags = with("-XX:ArchiveClassesAtExit=" + recorded, "-Xlog:disable");
            try (JavaProcess client =
                    JavaProcess.start("recorded", classPath, flags, ParticipantMain.class, arguments)) {
                client.await("FOLLOWER");
                client.ask("commit", "COMMITTED");
                owner.kill();
                client.await("LEADER");
                client.ask("commit", "COMMITTED");
                client.ask("close", "CLOSED");
                client.awaitExit();
            }
        }
        assertThat(recorded).as("archive of classes").exists();
        remove(shared);
        return recorded;
    }

    private static List<String> with(String... more) {
        return Stream.concat(JavaProcess.QUICK_START.stream(), Stream.of(more)).toList();
    }
}
