package dev.coord.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FileNamesTest {
    @Test
    void aCharacterThatFileNamesCannotHaveIsNamed() {
        assertThatThrownBy(() -> SharedDirectoryResolver.checkCharacters(
                        "spring.application.name", "b\u00fccher", StandardCharsets.US_ASCII))
                .isInstanceOf(UnusableDirectoryException.class)
                .hasMessageContaining("'b\u00fccher' (spring.application.name)")
                .hasMessageContaining("'\u00fc' (U+00FC) is not in US-ASCII");
        assertThatThrownBy(() -> SharedDirectoryResolver.checkCharacters(
                        "coord.dir", "/\ud83c\udf89", StandardCharsets.ISO_8859_1))
                .hasMessageContaining("(U+1F389) is not in ISO-8859-1");
    }

    @Test
    void whatIsLeftOfACharacterThatTheLocaleLostIsNoName() {
        assertThatThrownBy(() ->
                        SharedDirectoryResolver.checkCharacters("coord.dir", "/b??cher", StandardCharsets.US_ASCII))
                .hasMessageContaining("'?' (U+003F) stands for one that is lost");
        assertThatCode(() -> SharedDirectoryResolver.checkCharacters("coord.dir", "/why?", StandardCharsets.UTF_8))
                .doesNotThrowAnyException();
    }

    @Test
    void theVariableThatDecidesIsTold() {
        assertThat(FileNames.locale(Map.of("LC_ALL", "C", "LANG", "de_DE.UTF-8")))
                .isEqualTo("LC_ALL=C");
        assertThat(FileNames.locale(Map.of("LC_ALL", "", "LANG", "de_DE.UTF-8")))
                .isEqualTo("LANG=de_DE.UTF-8");
        assertThat(FileNames.locale(Map.of())).contains("none of");
    }

    /** A process that is really started so: it ends with the message, and makes no directory of another name. */
    @Test
    void aProcessInTheCLocaleSaysWhatIsWrong() throws IOException, InterruptedException {
        var builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FileNamesMain.class.getName());
        builder.environment().put("LC_ALL", "C");
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(output).contains("U+00FC", "LC_ALL=C", "spring.application.name");
    }
}
