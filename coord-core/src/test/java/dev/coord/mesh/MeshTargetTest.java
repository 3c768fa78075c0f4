package dev.coord.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.coord.mesh.MeshTarget.Kind;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeshTargetTest {
    @Test
    void knowsTheThreeKindsOfTargets() {
        assertThat(MeshTarget.parse(URI.create("coord:///leader"))).isEqualTo(new MeshTarget(Kind.LEADER, ""));
        assertThat(MeshTarget.parse(URI.create("coord:///participant/17-ab")))
                .isEqualTo(new MeshTarget(Kind.PARTICIPANT, "17-ab"));
        assertThat(MeshTarget.parse(URI.create("coord:///capability/gpu/a100")))
                .isEqualTo(new MeshTarget(Kind.CAPABILITY, "gpu/a100"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "coord:leader",
                "coord://leader",
                "coord://owner/leader",
                "coord:///leaders",
                "coord:///participant/",
                "coord:///capability",
                "coord:///"
            })
    void refusesAnythingElseAndSaysWhatItKnows(String target) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MeshTarget.parse(URI.create(target)))
                .withMessageContaining(target)
                .withMessageContaining("coord:///leader")
                .withMessageContaining("coord:///capability/<name>");
    }
}
