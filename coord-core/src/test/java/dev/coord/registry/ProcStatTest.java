package dev.coord.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcStatTest {
    /** What follows the name: state, 5 numbers, flags, 12 numbers, start, and the rest. */
    private static final String REST =
            " 1 4711 4711 0 -1 4194560 100 0 1 0 3 4 0 0 20 0 31 0 98765 12345678 999 18446744073709551615 1 1\n";

    @ParameterizedTest
    @ValueSource(
            strings = {"java", "", "a b", "(sd-pam)", ") Z 0 0 0 0 0 4 0", "a) S (b", "))))", "((((", "\u00ff\u0001"})
    void readsAnyName(String name) {
        Optional<ProcStat> stat = ProcStat.parse("4711 (" + name + ") S" + REST);

        assertThat(stat).contains(new ProcStat('S', 4194560, 98765));
    }

    @ParameterizedTest
    @ValueSource(chars = {'R', 'S', 'D', 'T', 't', 'I', 'W', 'P', 'K'})
    void aProcessThatRunsSleepsOrIsStoppedIsNotEnding(char state) {
        assertThat(new ProcStat(state, 4194560, 1).isEnding()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(chars = {'Z', 'X'})
    void aProcessThatHasEndedIsEnding(char state) {
        assertThat(new ProcStat(state, 4194560, 1).isEnding()).isTrue();
    }

    @Test
    void aProcessOnItsWayOutIsEnding() {
        assertThat(new ProcStat('R', 4194560 | 0x4, 1).isEnding()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ")",
                "4711",
                "4711 (java)",
                "4711 (java) S",
                "4711 (java) S 1 4711 4711 0 -1 4194560 100",
                "4711 (java) SS 1 4711 4711 0 -1 4194560 100 0 1 0 3 4 0 0 20 0 31 0 98765",
                "4711 (java) S 1 4711 4711 0 -1 flags 100 0 1 0 3 4 0 0 20 0 31 0 98765",
                "4711 (java) S 1 4711 4711 0 -1 4194560 100 0 1 0 3 4 0 0 20 0 31 0 later"
            })
    void rubbishIsNoProcess(String line) {
        assertThat(ProcStat.parse(line)).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void readsThisProcessAsTheKernelTellsIt() {
        long pid = ProcessHandle.current().pid();

        Optional<ProcStat> stat = ProcStat.read(pid);

        assertThat(stat).isPresent();
        assertThat(stat.get().isEnding()).isFalse();
        assertThat(stat.get().start()).isPositive();
        assertThat(ProcStat.read(pid)).map(ProcStat::start).contains(stat.get().start());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aProcessThatIsNotThereCannotBeRead() {
        assertThat(ProcStat.read(Integer.MAX_VALUE)).isEmpty();
    }
}
