package dev.coord.store.shared;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each call to the disk fails in its turn, see {@link DiskFaults}; with {@code -Dfaults.step=n}, each n-th one. */
@Tag("campaign")
class DiskFaultsCampaign {
    @TempDir
    private Path root;

    @ParameterizedTest
    @EnumSource
    void nothingAcknowledgedIsMissingWhicheverCallFails(DiskFaults.Kind kind) throws Exception {
        long calls = DiskFaults.calls(Files.createDirectory(root.resolve("count")), kind);
        int step = Integer.getInteger("faults.step", 1);
        for (long failing = 1; failing <= calls; failing += step) {
            DiskFaults.run(root, kind, failing);
        }
        System.out.printf("%s at each of %d calls: nothing is missing%n", kind, calls);
    }
}
