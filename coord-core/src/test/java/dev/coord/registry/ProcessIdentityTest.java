package dev.coord.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessIdentityTest {
    private static final ProcessIdentity IDENTITY =
            new ProcessIdentity("web-1", "0a1b", "pid:[4026531836]", 4711, 98765, "process-a.lock");

    @Test
    void isReadAsItWasWritten() {
        assertThat(ProcessIdentity.parse(IDENTITY.toString())).contains(IDENTITY);
    }

    @Test
    void whatIsNotKnownIsReadAsNotKnown() {
        var unknown = new ProcessIdentity("", "", "", 1, 0, "");

        assertThat(ProcessIdentity.parse(unknown.toString())).contains(unknown);
    }

    @Test
    void aHostNameCannotPretendToBeAnotherField() {
        var odd = new ProcessIdentity("a;pid=1;b", "0a1b", "pid:[1]", 4711, 5, "");

        assertThat(ProcessIdentity.parse(odd.toString()))
                .hasValueSatisfying(read -> assertThat(read.pid()).isEqualTo(4711));
    }

    @Test
    void whatALaterVersionAddsIsIgnored() {
        assertThat(ProcessIdentity.parse(IDENTITY + ";container=abc;;=;x")).contains(IDENTITY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ";",
                "=",
                "4711",
                "pid=",
                "pid=x",
                "pid=4711;start=soon",
                "pid=99999999999999999999",
                "PID=4711"
            })
    void rubbishIsNoIdentity(String text) {
        assertThat(ProcessIdentity.parse(text)).isEmpty();
    }

    @ParameterizedTest(name = "boot {0}, namespace {1}: {2}")
    @CsvSource({
        "0a1b, pid:[4026531836], true",
        "ffff, pid:[4026531836], false",
        "0a1b, pid:[1], false",
        "'', pid:[4026531836], false",
        "0a1b, '', false"
    })
    void pidsMeanTheSameOnlyWithinOneBootAndNamespace(String boot, String namespace, boolean same) {
        var other = new ProcessIdentity("web-2", boot, namespace, 1, 2, "");

        assertThat(IDENTITY.sharesPidsWith(other)).isEqualTo(same);
        assertThat(other.sharesPidsWith(IDENTITY)).isEqualTo(same);
    }

    @Test
    void whatIsNotKnownIsNotTheSame() {
        var unknown = new ProcessIdentity("", "", "", 1, 2, "");

        assertThat(unknown.sharesPidsWith(unknown)).isFalse();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thisProcessIsFullyKnown() {
        ProcessIdentity self = ProcessIdentity.current("token");

        assertThat(self.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(self.start()).isPositive();
        assertThat(self.boot()).isNotEmpty();
        assertThat(self.pidNamespace()).isNotEmpty();
        assertThat(self.lifeToken()).isEqualTo("token");
        assertThat(ProcessIdentity.parse(self.toString())).contains(self);
    }
}
