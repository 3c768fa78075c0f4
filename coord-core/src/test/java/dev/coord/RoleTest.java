package dev.coord;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.proto.ParticipantRole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RoleTest {
    @ParameterizedTest
    @EnumSource
    void isTheSameAsAMessage(Role role) {
        assertThat(Role.fromProto(role.toProto())).isEqualTo(role);
        assertThat(role.toProto().name()).isEqualTo("ParticipantRole_" + role);
    }

    @Test
    void isUnknownWhenANewerVersionNamesAnother() {
        assertThat(Role.fromProto(ParticipantRole.UNRECOGNIZED)).isEqualTo(Role.UNKNOWN);
    }
}
