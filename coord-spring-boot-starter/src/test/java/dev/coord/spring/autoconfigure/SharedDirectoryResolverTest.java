package dev.coord.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedDirectoryResolverTest {
    @Test
    void thePropertyWins() {
        assertThat(SharedDirectoryResolver.resolve("/srv/../srv/coord", "app", "/home/me"))
                .isEqualTo(Path.of("/srv/coord"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"app", "My App", "app.v2"})
    void theDefaultIsNamedAfterTheApplication(String name) {
        assertThat(SharedDirectoryResolver.resolve(null, name, "/home/me")).isEqualTo(Path.of("/home/me/.coord", name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"shared", "./shared", "../shared", "~/shared", "file:/shared", "with\0nul"})
    void aPathThatIsNotAbsoluteIsRefused(String dir) {
        assertThatExceptionOfType(UnusableDirectoryException.class)
                .isThrownBy(() -> SharedDirectoryResolver.resolve(dir, "app", "/home/me"))
                .withMessageContaining("'" + dir + "' (coord.dir) is not an absolute path")
                .satisfies(e -> assertThat(e.action()).contains("'coord.dir'"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   "})
    void withoutAnyNameThereIsNoDirectory(String name) {
        assertThatExceptionOfType(UnusableDirectoryException.class)
                .isThrownBy(() -> SharedDirectoryResolver.resolve("", name, "/home/me"))
                .satisfies(e -> assertThat(e.action()).contains("'spring.application.name'", "'coord.dir'"));
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "a/b", "/a", "../a", "a/", "a\0b"})
    void aNameThatCannotBeADirectorysNameIsRefused(String name) {
        assertThatExceptionOfType(UnusableDirectoryException.class)
                .isThrownBy(() -> SharedDirectoryResolver.resolve(null, name, "/home/me"))
                .withMessageContaining("'" + name + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?", "relative"})
    void aUserWithoutAHomeDirectoryHasToSetOne(String home) {
        assertThatExceptionOfType(UnusableDirectoryException.class)
                .isThrownBy(() -> SharedDirectoryResolver.resolve(null, "app", home))
                .withMessageContaining("user.home")
                .satisfies(e -> assertThat(e.action()).contains("'coord.dir'"));
    }
}
