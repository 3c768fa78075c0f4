package dev.coord.mesh;

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

    /** For gRPC, which finds it through {@code META-INF/services}: so that a channel that is not of a mesh fails with a reason. */
    public CoordNameResolverProvider() {
        this.directory = null;
    }

    CoordNameResolverProvider(MeshDirectory directory) {
        this.directory = directory;
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
        if (directory == null) {
            throw new IllegalArgumentException(
                    "'" + target + "' is known only to channels of a mesh: use Mesh.channel(\"" + target + "\")");
        }
        return new CoordNameResolver(MeshTarget.parse(target), directory, args.getSynchronizationContext());
    }
}
