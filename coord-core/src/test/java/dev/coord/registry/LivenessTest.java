package dev.coord.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.coord.testing.OtherUser;
import dev.coord.testing.Patience;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Who is dead, and who only looks so. */
@EnabledOnOs(OS.LINUX)
class LivenessTest {
    private static final ProcessIdentity SELF = ProcessIdentity.current("own token");

    private final List<String> askedFor = new ArrayList<>();
    private boolean lockIsFree;
    private final Liveness liveness = new Liveness(SELF, token -> {
        askedFor.add(token);
        return lockIsFree;
    });
    private Process process;

    @AfterEach
    void kill() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private boolean isDead(ProcessIdentity identity) {
        return liveness.isKnownDead(identity.toString());
    }

    private static ProcessIdentity identity(long pid, long start, String token) {
        return new ProcessIdentity("host", SELF.boot(), SELF.pidNamespace(), pid, start, token);
    }

    private static ProcessIdentity identityOf(Process process) {
        long start = ProcStat.read(process.pid()).orElseThrow().start();
        return identity(process.pid(), start, "token");
    }

    @Test
    void thisProcessIsAlive() {
        lockIsFree = true;

        assertThat(isDead(SELF)).as("whatever its lock says").isFalse();
    }

    @Test
    void whoHasOurPidAndAnotherStartIsDead() {
        assertThat(isDead(identity(SELF.pid(), SELF.start() + 1, ""))).isTrue();
        assertThat(isDead(identity(SELF.pid(), SELF.start() - 1, ""))).isTrue();
    }

    @Test
    void whoIsNotInTheListIsDead() throws Exception {
        assumeTrue(ProcStat.showsEveryProcess(), "/proc hides processes here");
        process = new ProcessBuilder("sleep", "600").start();
        ProcessIdentity identity = identityOf(process);
        assertThat(isDead(identity)).isFalse();

        process.destroyForcibly();

        assertThat(process.waitFor(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
        await().until(() -> isDead(identity));
    }

    @Test
    void whoIsStoppedIsAlive() throws Exception {
        process = new ProcessBuilder("sleep", "600").start();
        ProcessIdentity identity = identityOf(process);
        lockIsFree = true;
        assertThat(OtherUser.succeeds(List.of("sh", "-c", "kill -STOP " + process.pid())))
                .isTrue();

        await().until(() -> ProcStat.read(process.pid()).orElseThrow().state() == 'T');

        assertThat(isDead(identity)).isFalse();
    }

    @Test
    void aZombieIsDeadOnceItsLockIsFree() throws Exception {
        // The shell becomes sleep, which never asks what became of its child.
        process = new ProcessBuilder("sh", "-c", "sleep 600 & echo $!; exec sleep 600").start();
        var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        long child = Long.parseLong(output.readLine());
        ProcessIdentity identity =
                identity(child, ProcStat.read(child).orElseThrow().start(), "token");
        assertThat(OtherUser.succeeds(List.of("sh", "-c", "kill -KILL " + child)))
                .isTrue();
        await().until(() -> ProcStat.read(child).orElseThrow().state() == 'Z');

        assertThat(isDead(identity)).as("its files may not be closed yet").isFalse();
        lockIsFree = true;
        assertThat(isDead(identity)).isTrue();
        assertThat(askedFor).containsOnly("token");
    }

    @Test
    void ofAProcessInAnotherNamespaceOnlyTheLockTells() {
        var elsewhere = new ProcessIdentity("host", SELF.boot(), "pid:[1]", SELF.pid(), SELF.start() + 1, "token");

        assertThat(isDead(elsewhere)).isFalse();
        lockIsFree = true;
        assertThat(isDead(elsewhere)).isTrue();
    }

    @Test
    void ofAProcessOfAnotherBootOnlyTheLockTells() {
        var before = new ProcessIdentity("host", "another boot", SELF.pidNamespace(), 2, 3, "token");

        assertThat(isDead(before)).isFalse();
        lockIsFree = true;
        assertThat(isDead(before)).isTrue();
    }

    @Test
    void pidOneOfTwoNamespacesIsNotTheSame() {
        var first = new ProcessIdentity("a", SELF.boot(), "pid:[101]", 1, 500, "token of the first");
        var second = new Liveness(new ProcessIdentity("b", SELF.boot(), "pid:[102]", 1, 700, ""), token -> false);

        assertThat(second.isKnownDead(first.toString())).isFalse();
    }

    @Test
    void withoutAStartTimeOnlyTheLockTells() {
        ProcessIdentity unknown = identity(Integer.MAX_VALUE, 0, "token");

        assertThat(isDead(unknown)).isFalse();
        lockIsFree = true;
        assertThat(isDead(unknown)).isTrue();
    }

    @Test
    void withoutATokenADoubtIsAlive() {
        lockIsFree = true;

        assertThat(isDead(new ProcessIdentity("host", SELF.boot(), "pid:[1]", 1, 2, "")))
                .isFalse();
        assertThat(askedFor).isEmpty();
    }

    @Test
    void whatIsNoIdentityIsAlive() {
        lockIsFree = true;

        for (String rubbish : List.of("", "rubbish", "pid=x", ";;;", "life=token")) {
            assertThat(liveness.isKnownDead(rubbish)).as(rubbish).isFalse();
        }
    }

    @Test
    void aProcessOfAnotherUserIsAliveUntilItIsDead() throws Exception {
        OtherUser.assumeAvailable();
        process = new ProcessBuilder(OtherUser.command("sleep", "600")).start();
        await().until(() -> OtherUser.succeeds(
                List.of("sh", "-c", "test $(stat -c %u /proc/" + process.pid() + ") = " + OtherUser.ID)));
        ProcessIdentity identity = identityOf(process);
        assertThat(isDead(identity)).isFalse();

        process.destroyForcibly();

        assertThat(process.waitFor(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
        await().until(() -> isDead(identity));
    }

    @Test
    void aProcessThatIsHiddenIsADoubt(@TempDir Path scratch) throws Exception {
        OtherUser.assumeAvailable();
        List<String> hide = List.of("unshare", "--mount", "sh", "-c", "mount -t proc -o hidepid=2 proc /proc");
        assumeTrue(
                OtherUser.succeeds(hide),
                "/proc cannot be mounted with hidepid here: run as root, outside a container");
        OtherUser.open(scratch);

        // The other user cannot see this process, which lives.
        String classPath = OtherUser.copyClassPath(scratch);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String command = "mount -t proc -o hidepid=2 proc /proc && exec "
                + String.join(
                        " ",
                        OtherUser.command(
                                java,
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                classPath,
                                "'" + HiddenProcessMain.class.getName() + "'",
                                "'" + identity(SELF.pid(), SELF.start(), "") + "'"));
        Process other = new ProcessBuilder("unshare", "--mount", "sh", "-c", command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();

        assertThat(new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim())
                .isEqualTo("listed false, dead false");
    }

    /** Run by another user to whom this process is hidden. */
    public static final class HiddenProcessMain {
        private HiddenProcessMain() {}

        public static void main(String[] args) throws IOException {
            ProcessIdentity hidden = ProcessIdentity.parse(args[0]).orElseThrow();
            var liveness = new Liveness(ProcessIdentity.current(""), token -> false);
            System.out.println(
                    "listed " + ProcStat.read(hidden.pid()).isPresent() + ", dead " + liveness.isKnownDead(args[0]));
        }
    }
}
