package dev.coord.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.coord.InvalidSettingsException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "localhost:7000, localhost, 7000",
        "10.0.0.7:0, 10.0.0.7, 0",
        "[::1]:7000, ::1, 7000",
        ":7000, 0.0.0.0, 7000"
    })
    void anAddressIsAHostAndAPort(String address, String host, int port) {
        NetworkSettings settings = NetworkSettings.plaintext().withAddress(address);
        assertThat(settings.host()).isEqualTo(host);
        assertThat(settings.port()).isEqualTo(port);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "localhost", "localhost:", "localhost:x", "localhost:-1", "localhost:65536", "::1:7000"})
    void anAddressThatIsNoneIsRefused(String address) {
        assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(() -> NetworkSettings.plaintext().withAddress(address))
                .satisfies(e -> assertThat(e.settings()).containsExactly("mesh.address"));
    }

    @ParameterizedTest
    @CsvSource({
        "web-1, web-1:7000",
        "web-1:80, web-1:80",
        "10.0.0.7, 10.0.0.7:7000",
        "::1, [::1]:7000",
        "[::1], [::1]:7000",
        "[::1]:80, [::1]:80"
    })
    void whatIsAdvertisedHasAPortOfItsOwnOrTheOneThatIsListenedAt(String advertised, String expected) {
        var unused = NetworkSettings.plaintext().withAdvertised(advertised);
        assertThat(NetworkSettings.advertised(advertised, 7000)).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "web-1:x", "/run/coord.sock", "web-1:70000"})
    void whatCannotBeAdvertisedIsRefused(String advertised) {
        assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(() -> NetworkSettings.plaintext().withAdvertised(advertised))
                .satisfies(e -> assertThat(e.settings()).containsExactly("mesh.advertised-address"));
    }

    @Test
    void aNameIsNotEmpty() {
        assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(() -> NetworkSettings.plaintext().withServerName(" "))
                .satisfies(e -> assertThat(e.settings()).containsExactly("mesh.ssl.server-name"));
    }

    @Test
    void aWildcardStandsForOneLabelAndNumbersAreCompared() {
        List<String> names = List.of("*.Example.org", "mesh", "0:0:0:0:0:0:0:1", "10.0.0.7");
        assertThat(CertificateNames.contain(names, "a.example.org")).isTrue();
        assertThat(CertificateNames.contain(names, "a.b.example.org")).isFalse();
        assertThat(CertificateNames.contain(names, "example.org")).isFalse();
        assertThat(CertificateNames.contain(names, "MESH")).isTrue();
        assertThat(CertificateNames.contain(names, "::1")).isTrue();
        assertThat(CertificateNames.contain(names, "10.0.0.8")).isFalse();
        assertThat(CertificateNames.contain(List.of(), "mesh")).isFalse();
    }
}
