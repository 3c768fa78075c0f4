package dev.coord.spring.actuate;

import dev.coord.CoordException;
import dev.coord.cluster.Coordinator;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.core.io.FileSystemResource;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * A backup of the store, with all of its groups, to be downloaded, as a heap dump is. It has all that the application shares, so
 * nobody has access to it before a property says so. Any participant gives it, whoever leads.
 */
@WebEndpoint(id = "coordbackup", defaultAccess = Access.NONE)
public final class CoordBackupEndpoint {
    private final Coordinator coordinator;

    /** @param coordinator any one of the store's */
    public CoordBackupEndpoint(Coordinator coordinator) {
        this.coordinator = coordinator;
    }

    /** The backup; service unavailable (503) while the store gives no answer. */
    @ReadOperation(produces = {"application/zip", "application/json"})
    public WebEndpointResponse<Object> backup() throws IOException {
        Path file = Files.createTempFile("coord-backup-", ".zip");
        // It is written under a name that is free.
        Files.delete(file);
        try {
            var unused = coordinator.backup(file);
        } catch (CoordException | IllegalStateException e) {
            return new WebEndpointResponse<>(
                    new RefusalDescriptor(String.valueOf(e.getMessage())),
                    WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE,
                    MimeTypeUtils.APPLICATION_JSON);
        }
        return new WebEndpointResponse<>(
                new TemporaryFile(file), WebEndpointResponse.STATUS_OK, MimeType.valueOf("application/zip"));
    }

    /** Why there is none. */
    public record RefusalDescriptor(String message) implements OperationResponseBody {}

    /** A file that is gone when it was read, or the reading was broken off. */
    private static final class TemporaryFile extends FileSystemResource {
        TemporaryFile(Path file) {
            super(file);
        }

        @Override
        public ReadableByteChannel readableChannel() throws IOException {
            return Channels.newChannel(getInputStream());
        }

        @Override
        public InputStream getInputStream() throws IOException {
            Path file = getFile().toPath();
            return new FilterInputStream(Files.newInputStream(file)) {
                @Override
                public void close() throws IOException {
                    super.close();
                    Files.deleteIfExists(file);
                }
            };
        }

        /** Read as a stream, so that it is noticed when it was. */
        @Override
        public boolean isFile() {
            return false;
        }
    }
}
