package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.SQLException;
import org.h2.api.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
    @TempDir
    private Path root;

    @Test
    void whatIsGoneIsNotMadeAgain() {
        Path directory = root.resolve("gone");

        assertThatThrownBy(() -> Database.open(directory.resolve("any.mv.db"), () -> true))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        e -> assertThat(e.getErrorCode()).isEqualTo(ErrorCode.DATABASE_NOT_FOUND_WITH_IF_EXISTS_1));

        assertThat(directory).doesNotExist();
    }
}
