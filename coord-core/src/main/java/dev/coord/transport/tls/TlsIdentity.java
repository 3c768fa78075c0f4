package dev.coord.transport.tls;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * What a process proves itself with, and whom it trusts. The certificate is used for both ends of connections: where it has extended key
 * usages, they must be those of servers and of clients.
 *
 * @param context has the key and the certificate of this process, and trusts whoever issued those of the group, and nobody else
 * @param protocols the versions of TLS, such as {@code TLSv1.3}
 * @param ciphers the cipher suites; those of the JDK's default if there are none
 */
public record TlsIdentity(SSLContext context, List<String> protocols, List<String> ciphers) {
    /** The versions of TLS that are used if nothing else is said. */
    public static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    public TlsIdentity {
        protocols = protocols.isEmpty() ? PROTOCOLS : List.copyOf(protocols);
        ciphers = List.copyOf(ciphers);
    }

    /** One with the JDK's own provider of TLS. */
    public static TlsIdentity of(KeyManager[] keys, TrustManager[] trusted) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trusted, null);
        return new TlsIdentity(context, PROTOCOLS, List.of());
    }

    /**
     * The same from key stores.
     *
     * @param keys has the private key of this process, with its chain of certificates
     * @param password of that key
     * @param trusted has the certificates of those who issue the group's
     */
    public static TlsIdentity of(KeyStore keys, char[] password, KeyStore trusted) throws GeneralSecurityException {
        var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, password);
        var trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trustManagers.init(trusted);
        return of(keyManagers.getKeyManagers(), trustManagers.getTrustManagers());
    }
}
