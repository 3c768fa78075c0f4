package dev.coord.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.mesh.Members.Member;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The long form of {@link MeshTest}'s eight participants. */
@Tag("campaign")
class ManyParticipantsCampaign {
    private static final int PARTICIPANTS = 64;

    @Test
    void sixtyFourParticipantsConnectAllToAll(@TempDir Path directory) {
        try (var members = new Members(directory, Members.PATIENT)) {
            for (int i = 0; i < PARTICIPANTS; i++) {
                members.join();
            }
            for (Member from : members.all()) {
                for (Member to : members.all()) {
                    assertThat(from.mesh().client(to.id()).info().id()).isEqualTo(to.id());
                }
            }
        }
    }
}
