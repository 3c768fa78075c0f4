package dev.coord.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    @ParameterizedTest
    @ValueSource(strings = {"/run/coord/coord-17.sock", "coord-17.sock", "web-1:9123", "10.0.0.7:1", "[::1]:65535"})
    void isWhatItsTextSays(String text) {
        Address address = Address.parse(text);

        assertThat(address).hasToString(text).isEqualTo(Address.parse(text));
        assertThat(Address.find(text)).contains(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run/coord-17.sock", "coord-17.socket", "web-1", "web-1:0", "web-1:65536", "::1:9123"})
    void otherTextIsRefusedWithTheText(String text) {
        assertThatThrownBy(() -> Address.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'");
        assertThat(Address.find(text)).isEmpty();
    }

    @Test
    void aSocketIsToldByItsNameAlone() {
        assertThat(Address.unix(Path.of("/run/coord/coord-17.sock")).withoutDirectory())
                .contains(Address.shared("coord-17.sock"));
        assertThat(Address.shared("coord-17.sock").withoutDirectory()).contains(Address.shared("coord-17.sock"));
        assertThat(Address.network("web-1", 9123).withoutDirectory()).contains(Address.network("web-1", 9123));
        assertThat(Address.unix(Path.of("/run/other.sock")).withoutDirectory()).isEmpty();
    }
}
