package dev.coord.mesh;

import dev.coord.transport.Transport;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Resolves {@code coord:///leader}, {@code coord:///participant/<id>} and {@code coord:///capability/<name>} for channels made
 * by a {@link Mesh}, which says whose group is meant.
 */
public final class CoordNameResolverProvider extends NameResolverProvider {
    static final String SCHEME = "coord";

    private final @Nullable MeshDirectory directory;
    private final @Nullable Transport transport;

    /** For gRPC, which finds it through {@code META-INF/services}: so that a channel that is not of a mesh fails with a reason. */
    public CoordNameResolverProvider() {
        this.directory = null;
        this.transport = null;
    }

    CoordNameResolverProvider(MeshDirectory directory, Transport transport) {
        this.directory = directory;
        this.transport = transport;
    }

    @Override
    protected boolean isAvailable() {
        return true;
    }

    @Override
    protected int priority() {
        return 5;
    }

    @Override
    public String getDefaultScheme() {
        return SCHEME;
    }

    @Override
    public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
        if (!SCHEME.equals(target.getScheme())) {
            return null;
        }
        if (directory == null || transport == null) {
            throw new IllegalArgumentException(
                    "'" + target + "' is known only to channels of a mesh: use Mesh.channel(\"" + target + "\")");
        }
        return new CoordNameResolver(MeshTarget.parse(target), directory, transport, args.getSynchronizationContext());
    }
}
