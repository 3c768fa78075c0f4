package dev.coord.testing;

import dev.coord.transport.tls.TlsIdentity;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** An authority, and the certificates that it issues for the processes of a group. */
public final class Certificates {
    private static final char[] PASSWORD = "secret".toCharArray();
    private static final String TRUSTED = "authority";
    private static final String KEY = "process";

    private final X509Bundle authority;

    public Certificates(String name) {
        this.authority = build(() -> new CertificateBuilder()
                .ecp256()
                .subject("CN=" + name)
                .setIsCertificateAuthority(true)
                .buildSelfSigned());
    }

    private interface Building {
        X509Bundle build() throws Exception;
    }

    private static X509Bundle build(Building building) {
        try {
            return building.build();
        } catch (Exception e) {
            throw new IllegalStateException("No certificate could be made", e);
        }
    }

    /** One for {@code names}, valid now. */
    public X509Bundle issue(String... names) {
        Instant now = Instant.now();
        return issue(now.minus(Duration.ofHours(1)), now.plus(Duration.ofHours(1)), names);
    }

    /** The same for another time. */
    public X509Bundle issue(Instant from, Instant until, String... names) {
        return build(() -> {
            var builder = new CertificateBuilder()
                    .ecp256()
                    .subject("CN=" + names[0])
                    .notBefore(from)
                    .notAfter(until)
                    .addExtendedKeyUsageServerAuth()
                    .addExtendedKeyUsageClientAuth();
            for (String name : names) {
                if (name.matches("[0-9.]+|.*:.*")) {
                    builder.addSanIpAddress(InetAddress.getByName(name));
                } else {
                    builder.addSanDnsName(name);
                }
            }
            return builder.buildIssuedBy(authority);
        });
    }

    /** A process that has a certificate for this machine, and trusts those of this authority. */
    public TlsIdentity identity() {
        return identity(issue("localhost", "127.0.0.1", "::1"));
    }

    /** A process that has {@code own}, and trusts the certificates of this authority. */
    public TlsIdentity identity(X509Bundle own) {
        return identity(store(own, authority.getCertificate()));
    }

    /** A process that has no certificate, and trusts those of this authority. */
    public TlsIdentity stranger() {
        return identity(store(null, authority.getCertificate()));
    }

    /** The same, and it shows that certificate whomever the other end trusts. */
    public TlsIdentity insistent(X509Bundle own) {
        try {
            KeyStore all = store(own, authority.getCertificate());
            var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusted.init(all);
            return TlsIdentity.of(new KeyManager[] {new Insistent(own)}, trusted.getTrustManagers());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("No TLS is possible", e);
        }
    }

    private static final class Insistent extends X509ExtendedKeyManager {
        private final X509Bundle own;

        Insistent(X509Bundle own) {
            this.own = own;
        }

        @Override
        public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
            return KEY;
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return KEY;
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return KEY;
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[] {KEY};
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return new String[] {KEY};
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return own.getCertificatePath();
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return own.getKeyPair().getPrivate();
        }
    }

    /** A file with the same as {@link #identity()}. */
    public void write(Path file) {
        write(file, issue("localhost", "127.0.0.1", "::1"));
    }

    /** A file with the same as {@link #identity(X509Bundle)}. */
    public void write(Path file, X509Bundle own) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (OutputStream out = Files.newOutputStream(file)) {
                store(own, authority.getCertificate()).store(out, PASSWORD);
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("Could not write " + file, e);
        }
    }

    /** What {@link #write} wrote. */
    public static TlsIdentity read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore all = KeyStore.getInstance("PKCS12");
            all.load(in, PASSWORD);
            return identity(all);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("Could not read " + file, e);
        }
    }

    private static KeyStore store(@Nullable X509Bundle own, X509Certificate trusted) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry(TRUSTED, trusted);
            if (own != null) {
                store.setKeyEntry(KEY, own.getKeyPair().getPrivate(), PASSWORD, own.getCertificatePath());
            }
            return store;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("No key store could be made", e);
        }
    }

    private static TlsIdentity identity(KeyStore all) {
        try {
            return TlsIdentity.of(all, PASSWORD, all);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("No TLS is possible", e);
        }
    }
}
