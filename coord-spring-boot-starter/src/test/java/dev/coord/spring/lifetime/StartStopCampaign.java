package dev.coord.spring.lifetime;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Many lives in one JVM, see {@link StartStopTest}; with {@code -Dlives=n}, so many. */
@Tag("campaign")
@EnabledOnOs(OS.LINUX)
class StartStopCampaign {
    @TempDir
    private Path temp;

    @Test
    void nothingIsLeftBehindAndNothingSaid() throws Exception {
        StartStopTest.assertNothingLeft(temp, Integer.getInteger("lives", 100));
    }
}
