package dev.coord.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.mesh.MeshGroup.RoleChange;
import dev.coord.mesh.MeshGroup.Status;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.TestTransport;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ParameterizedClass(name = "{0}")
@EnumSource(TestTransport.class)
class MeshProcessTest {
    @TempDir
    private static Path directory;

    private static MeshGroup group;

    /** Their group has it. */
    @Parameter
    private TestTransport unusedHere;

    @BeforeParameterizedClassInvocation
    static void begin(TestTransport transport) {
        group = MeshGroup.in(directory.resolve(transport + "/shared"), transport);
        for (int i = 0; i < 3; i++) {
            group.start();
        }
    }

    @AfterParameterizedClassInvocation
    static void killAll() {
        group.close();
    }

    @Test
    void eachProcessAsksEveryOtherOneWhoItIs() {
        JavaProcess leader = group.awaitLeader();
        String term = Long.toString(Status.of(leader).term());
        for (JavaProcess asking : group.alive()) {
            Map<String, List<String>> peers = MeshGroup.awaitPeers(asking, 3);
            for (JavaProcess asked : group.alive()) {
                String role = asked == leader ? "LEADER" : "FOLLOWER";
                assertThat(peers.get(MeshGroup.id(asked)))
                        .containsExactly(role, term, Long.toString(asked.pid()), "mesh");
            }
        }
    }

    @Test
    void theirAnswersAreRightAfterAChange() {
        JavaProcess leader = group.awaitLeader();
        long term = Status.of(leader).term();
        group.awaitRoles(leader, term);

        RoleChange change = group.stepDown(leader, term);

        assertThat(group.awaitLeader()).isEqualTo(change.leader());
    }

    /** The last one, as it kills one of them. */
    @Test
    @Order(Integer.MAX_VALUE)
    void callsThatWaitForReadyAreAnsweredByTheNextLeader() {
        JavaProcess leader = group.awaitLeader();
        String old = MeshGroup.id(leader);
        List<JavaProcess> callers =
                group.alive().stream().filter(p -> p != leader).toList();
        callers.forEach(caller -> caller.ask(group.call(), "ANSWER " + old + " LEADER"));
        List<Integer> from = callers.stream().map(JavaProcess::lineCount).toList();
        leader.kill();
        for (int i = 0; i < callers.size(); i++) {
            MeshGroup.awaitOtherLeader(callers.get(i), from.get(i), old);
            // The call that was at the old leader when it died fails at most; none that came after it does.
            assertThat(callers.get(i).lines().stream()
                            .filter(line -> line.text().startsWith("FAILED")))
                    .hasSizeLessThanOrEqualTo(1);
        }
    }
}
