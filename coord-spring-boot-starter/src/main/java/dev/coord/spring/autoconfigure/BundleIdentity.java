package dev.coord.spring.autoconfigure;

import dev.coord.InvalidSettingsException;
import dev.coord.transport.tls.TlsIdentity;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/** What one of Spring's SSL bundles has, as it is now: it may be loaded anew while the application runs. */
final class BundleIdentity implements Supplier<TlsIdentity> {
    private static final Logger LOG = LoggerFactory.getLogger(BundleIdentity.class);

    private static final String SETTING = "mesh.ssl.bundle";

    private final String name;
    private volatile TlsIdentity current;

    private BundleIdentity(String name, SslBundle bundle) {
        this.name = name;
        this.current = identity(bundle);
    }

    /**
     * That of the bundle {@code name}.
     *
     * @throws InvalidSettingsException if there is none, or it lacks what both ends of a connection need
     */
    static BundleIdentity of(String name, SslBundles bundles) {
        try {
            var identity = new BundleIdentity(name, bundles.getBundle(name));
            bundles.addBundleUpdateHandler(name, identity::update);
            return identity;
        } catch (NoSuchSslBundleException e) {
            throw new InvalidSettingsException(
                    "There is no SSL bundle named '" + name + "': define it with the properties spring.ssl.bundle.pem."
                            + name + ".* or spring.ssl.bundle.jks." + name + ".*",
                    e,
                    SETTING);
        }
    }

    private void update(SslBundle bundle) {
        try {
            current = identity(bundle);
            LOG.info("The mesh uses the SSL bundle '{}' as it is now for new connections", name);
        } catch (RuntimeException e) {
            LOG.error("The mesh goes on with the SSL bundle '{}' as it was: {}", name, e.getMessage());
        }
    }

    private TlsIdentity identity(SslBundle bundle) {
        try {
            if (bundle.getStores().getKeyStore() == null) {
                throw new InvalidSettingsException(
                        "The SSL bundle '" + name + "' has no certificate and key of this process, which the others"
                                + " demand of it: add a keystore",
                        SETTING);
            }
            if (bundle.getStores().getTrustStore() == null) {
                throw new InvalidSettingsException(
                        "The SSL bundle '" + name
                                + "' does not say whom to trust, and so everybody would be let in whom a"
                                + " public authority knows: add a truststore with the authority of the group",
                        SETTING);
            }
            return new TlsIdentity(
                    bundle.createSslContext(),
                    list(bundle.getOptions().getEnabledProtocols()),
                    list(bundle.getOptions().getCiphers()));
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new InvalidSettingsException(
                    "The SSL bundle '" + name + "' cannot be used: " + e.getMessage(), e, SETTING);
        }
    }

    private static List<String> list(String @Nullable [] values) {
        return values == null ? List.of() : List.of(values);
    }

    @Override
    public TlsIdentity get() {
        return current;
    }
}
