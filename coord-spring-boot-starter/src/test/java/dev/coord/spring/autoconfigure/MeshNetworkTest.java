package dev.coord.spring.autoconfigure;

import static dev.coord.spring.autoconfigure.MeshRunner.greet;
import static dev.coord.spring.autoconfigure.MeshRunner.leader;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.coord.InvalidSettingsException;
import dev.coord.cluster.Coordinator;
import dev.coord.mesh.Mesh;
import dev.coord.spring.greeting.Greetings.AsyncGreeter;
import dev.coord.transport.tls.TlsIdentity;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Participants that reach each other over TCP, with certificates from Spring's SSL bundles. */
@ExtendWith(OutputCaptureExtension.class)
class MeshNetworkTest {
    private static final String PASSWORD = "secret";

    @TempDir
    private static Path files;

    private static X509Bundle authority;
    private static X509Bundle certificate;

    @TempDir
    private Path temp;

    @BeforeAll
    static void issue() throws Exception {
        authority = new CertificateBuilder()
                .ecp256()
                .subject("CN=the group")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        certificate = new CertificateBuilder()
                .ecp256()
                .subject("CN=process")
                .addSanDnsName("localhost")
                .addSanDnsName("reports.example")
                .addExtendedKeyUsageServerAuth()
                .addExtendedKeyUsageClientAuth()
                .buildIssuedBy(authority);
        Files.writeString(files.resolve("ca.pem"), authority.getCertificatePEM());
        Files.writeString(files.resolve("process.pem"), certificate.getCertificatePathPEM());
        Files.writeString(files.resolve("process.key"), certificate.getPrivateKeyPEM());
        store("process.p12", certificate, authority);
    }

    private static KeyStore store(String file, X509Bundle own, X509Bundle trusted) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("process", own.getKeyPair().getPrivate(), PASSWORD.toCharArray(), own.getCertificatePath());
        store.setCertificateEntry("authority", trusted.getCertificate());
        try (OutputStream out = Files.newOutputStream(files.resolve(file))) {
            store.store(out, PASSWORD.toCharArray());
        }
        return store;
    }

    private static List<String> bundle(String kind) {
        return kind.equals("pem")
                ? List.of(
                        "spring.ssl.bundle.pem.mesh.keystore.certificate=file:" + files.resolve("process.pem"),
                        "spring.ssl.bundle.pem.mesh.keystore.private-key=file:" + files.resolve("process.key"),
                        "spring.ssl.bundle.pem.mesh.truststore.certificate=file:" + files.resolve("ca.pem"),
                        "coord.mesh.ssl.bundle=mesh")
                : List.of(
                        "spring.ssl.bundle.jks.mesh.keystore.location=file:" + files.resolve("process.p12"),
                        "spring.ssl.bundle.jks.mesh.keystore.password=" + PASSWORD,
                        "spring.ssl.bundle.jks.mesh.keystore.type=PKCS12",
                        "spring.ssl.bundle.jks.mesh.truststore.location=file:" + files.resolve("process.p12"),
                        "spring.ssl.bundle.jks.mesh.truststore.password=" + PASSWORD,
                        "spring.ssl.bundle.jks.mesh.truststore.type=PKCS12",
                        "coord.mesh.ssl.bundle=mesh");
    }

    private ApplicationContextRunner application(List<String> bundle, String... more) {
        var all = new ArrayList<>(bundle);
        all.addAll(Arrays.asList(more));
        return MeshRunner.application(temp.resolve("shared"))
                .withUserConfiguration(AsyncGreeter.class)
                .withPropertyValues(all.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pem", "jks"})
    void theLeaderIsCalledOverTlsWithTheCertificatesOfABundle(String kind) {
        application(bundle(kind), "coord.mesh.address=localhost:0", "coord.groups.reports.enabled=true")
                .run(first -> {
                    assertThat(first).hasNotFailed();
                    Mesh mesh = first.getBean(Mesh.class);
                    assertThat(mesh.address()).startsWith("localhost:");
                    assertThat(first.getBeansOfType(Coordinator.class).values())
                            .as("all groups are on one port")
                            .extracting(coordinator -> coordinator.mesh().address())
                            .containsOnly(mesh.address())
                            .hasSize(2);
                    application(bundle("pem"), "coord.mesh.address=localhost:0").run(second -> {
                        assertThat(second).hasNotFailed();
                        assertThat(second.getBean(Mesh.class).address()).isNotEqualTo(mesh.address());
                        assertThat(greet(leader(second.getBean(Mesh.class)))).isNotEmpty();
                    });
                });
    }

    @Test
    void whereItIsReachedAndWhatCertificatesAreCalledCanBeSaid() {
        application(
                        bundle("pem"),
                        "coord.mesh.address=localhost:0",
                        "coord.mesh.advertised-address=gateway.example:7000",
                        "coord.mesh.ssl.server-name=other.example")
                .run(context -> {
                    assertThat(context.getBean(Mesh.class).address()).isEqualTo("gateway.example:7000");
                });
        application(bundle("pem"), "coord.mesh.address=localhost:0", "coord.mesh.ssl.server-name=reports.example")
                .run(first -> application(
                                bundle("jks"),
                                "coord.mesh.address=localhost:0",
                                "coord.mesh.ssl.server-name=reports.example")
                        .run(second -> assertThat(greet(leader(second.getBean(Mesh.class))))
                                .isNotEmpty()));
    }

    @Test
    void aBundleAloneIsEnough() {
        application(bundle("pem"))
                .run(context ->
                        assertThat(context.getBean(Mesh.class).address()).matches(".+:\\d+"));
    }

    @Test
    void withoutTlsItIsOnLoopbackAndSaysSo(CapturedOutput output) {
        application(List.of(), "coord.mesh.ssl.enabled=false").run(context -> {
            assertThat(context.getBean(Mesh.class).address()).startsWith("127.0.0.1:");
            assertThat(greet(leader(context.getBean(Mesh.class)))).isNotEmpty();
        });
        assertThat(output).contains("without TLS: whoever reaches that port is let in");
    }

    @Test
    void withoutAnAddressItIsOnUnixSockets() {
        application(List.of())
                .run(context ->
                        assertThat(context.getBean(Mesh.class).address()).startsWith("/"));
    }

    @Test
    void aBundleThatSaysNotWhomToTrustIsRefused() {
        List<String> half = bundle("pem").stream()
                .filter(property -> !property.contains("truststore"))
                .toList();
        application(half)
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .isInstanceOf(InvalidSettingsException.class)
                        .hasMessageContaining("does not say whom to trust"));
        List<String> otherHalf = bundle("pem").stream()
                .filter(property -> !property.contains("keystore"))
                .toList();
        application(otherHalf)
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .isInstanceOf(InvalidSettingsException.class)
                        .hasMessageContaining("has no certificate and key of this process"));
    }

    @Test
    void aBundleIsUsedAsItIsNowAndABadOneNotAtAll(CapturedOutput output) throws Exception {
        KeyStore good = store("good.p12", certificate, authority);
        var registry = new DefaultSslBundleRegistry("mesh", bundle(good, good));
        BundleIdentity identity = BundleIdentity.of("mesh", registry);
        TlsIdentity before = identity.get();

        registry.updateBundle("mesh", bundle(good, good));
        TlsIdentity after = identity.get();
        assertThat(after).isNotSameAs(before);
        registry.updateBundle("mesh", bundle(good, null));

        assertThat(identity.get()).isSameAs(after);
        assertThat(output).contains("goes on with the SSL bundle 'mesh' as it was");
        assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(() -> BundleIdentity.of("another", registry))
                .withMessageContaining("There is no SSL bundle named 'another'")
                .satisfies(e -> assertThat(e.settings()).containsExactly("mesh.ssl.bundle"));
    }

    private static SslBundle bundle(KeyStore keys, KeyStore trusted) {
        return SslBundle.of(SslStoreBundle.of(keys, PASSWORD, trusted), SslBundleKey.of(PASSWORD));
    }
}
