package dev.coord.store.shared;

import dev.coord.transport.PathNames;
import dev.coord.transport.unix.PrivateDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the owner of an epoch can be reached. A hint: whoever it names may be gone, or no longer be the owner, which the calls
 * find out.
 *
 * @param pid the owner's pid in its own PID namespace
 * @param lifeToken proves the owner's death, see {@link LifeLocks}
 * @param socket the owner's socket, by its path in this process
 */
record Endpoint(long pid, String lifeToken, Path socket) {
    private static final Logger LOG = LoggerFactory.getLogger(Endpoint.class);
    private static final String MARK = "coord-endpoint";

    Endpoint {
        if (!socket.isAbsolute()) {
            throw new IllegalArgumentException("The path of a socket must be absolute: " + socket);
        }
    }

    /** Writes the endpoint beside its place and renames it over, so that nobody reads half of it. */
    void publish(SharedDirectory directory, long epoch) throws IOException {
        Path temporary = PrivateDirectory.createFile(directory.temporary());
        Files.writeString(
                temporary,
                String.join(
                                "\n",
                                MARK,
                                Long.toString(pid),
                                lifeToken,
                                PathNames.encode(Path.of(directory.names().shared(socket.toString()))))
                        + "\n");
        Files.move(temporary, directory.endpoint(epoch), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes the file if it still names this endpoint. */
    void withdraw(SharedDirectory directory, long epoch) {
        try {
            if (read(directory, epoch).filter(this::equals).isPresent()) {
                Files.deleteIfExists(directory.endpoint(epoch));
            }
        } catch (IOException e) {
            LOG.warn("Could not remove {}: {}", directory.endpoint(epoch), e.toString());
        }
    }

    /** The published endpoint of {@code epoch}; empty if there is none, or the file holds something else. */
    static Optional<Endpoint> read(SharedDirectory directory, long epoch) {
        Path file = directory.endpoint(epoch);
        try {
            String[] lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\n", -1);
            if (lines.length < 4 || !lines[0].equals(MARK)) {
                LOG.debug("{} is not an endpoint file; the owner writes it again", file);
                return Optional.empty();
            }
            Path socket = PathNames.decode(lines[3]);
            return Optional.of(new Endpoint(
                    Long.parseLong(lines[1]),
                    lines[2],
                    Path.of(directory.names().local(socket.toString()))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            LOG.debug("{} cannot be read ({}); the owner writes it again", file, e.toString());
            return Optional.empty();
        }
    }
}
