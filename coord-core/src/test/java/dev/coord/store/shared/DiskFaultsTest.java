package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The short form of {@link DiskFaultsCampaign}: some of the calls fail, others each time. */
class DiskFaultsTest {
    private static final int SOME = 3;

    @TempDir
    private Path root;

    @ParameterizedTest
    @EnumSource
    void nothingAcknowledgedIsMissingWhicheverCallFails(DiskFaults.Kind kind) throws Exception {
        long calls = DiskFaults.calls(Files.createDirectory(root.resolve("count")), kind);
        var random = new Random();
        int refused = 0;
        for (int part = 0; part < SOME; part++) {
            long begin = calls * part / SOME;
            long length = calls * (part + 1) / SOME - begin;
            refused += DiskFaults.run(root, kind, begin + 1 + random.nextInt((int) length));
        }
        if (kind != DiskFaults.Kind.NO_SPACE) {
            assertThat(refused).as("whoever asked cannot know").isZero();
        }
    }
}
