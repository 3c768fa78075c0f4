package dev.coord.spring.autoconfigure;

import dev.coord.InvalidSettingsException;
import dev.coord.cluster.Coordinator;
import dev.coord.transport.tls.NetworkEndpoint;
import dev.coord.transport.tls.NetworkSettings;
import dev.coord.transport.tls.TlsIdentity;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.SslBundles;

/**
 * How the participants of this application reach those of others: by Unix sockets, or, if an address, a bundle or the lack of one is
 * set, over TCP. All groups of the application share the port.
 */
final class MeshNetwork {
    private final Optional<NetworkEndpoint> endpoint;

    private MeshNetwork(Optional<NetworkEndpoint> endpoint) {
        this.endpoint = endpoint;
    }

    /** As {@code mesh} says. */
    static MeshNetwork of(CoordProperties.Mesh mesh, ObjectProvider<SslBundles> bundles) {
        CoordProperties.Ssl ssl = mesh.ssl();
        String address = value(mesh.address());
        String advertised = value(mesh.advertisedAddress());
        String bundle = value(ssl.bundle());
        String serverName = value(ssl.serverName());
        if (address == null && bundle == null && ssl.enabled()) {
            checkUnused("mesh.advertised-address", advertised);
            checkUnused("mesh.ssl.server-name", serverName);
            return new MeshNetwork(Optional.empty());
        }
        NetworkSettings settings = NetworkSettings.plaintext();
        if (address != null) {
            settings = settings.withAddress(address);
        }
        if (advertised != null) {
            settings = settings.withAdvertised(advertised);
        }
        if (serverName != null) {
            settings = settings.withServerName(serverName);
        }
        if (ssl.enabled()) {
            settings = settings.withIdentity(identity(bundle, bundles));
        } else if (bundle != null || serverName != null) {
            throw new InvalidSettingsException(
                    "The mesh's TLS is turned off, but there are settings for it: remove coord.mesh.ssl.enabled, or the"
                            + " others",
                    "mesh.ssl.enabled");
        }
        return new MeshNetwork(Optional.of(new NetworkEndpoint(settings)));
    }

    private static @Nullable String value(@Nullable String set) {
        return set == null || set.isBlank() ? null : set;
    }

    private static void checkUnused(String setting, @Nullable String value) {
        if (value != null) {
            throw new InvalidSettingsException(
                    "The mesh is on Unix sockets, for which coord." + setting
                            + " means nothing: set coord.mesh.address and coord.mesh.ssl.bundle, too, or remove it",
                    setting,
                    "mesh.address");
        }
    }

    private static Supplier<TlsIdentity> identity(@Nullable String bundle, ObjectProvider<SslBundles> bundles) {
        if (bundle == null) {
            throw new InvalidSettingsException(
                    "A mesh over TCP needs certificates: name an SSL bundle that has this process's own, and those of the"
                            + " authority that issued the group's",
                    "mesh.ssl.bundle");
        }
        SslBundles present = bundles.getIfAvailable();
        if (present == null) {
            throw new InvalidSettingsException(
                    "There are no SSL bundles, and so none named '" + bundle + "'", "mesh.ssl.bundle");
        }
        return BundleIdentity.of(bundle, present);
    }

    /** Has {@code builder} use it. */
    void applyTo(Coordinator.Builder builder) {
        endpoint.ifPresent(present -> builder.transport(present::transport));
    }
}
