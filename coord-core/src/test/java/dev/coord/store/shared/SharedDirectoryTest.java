package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedDirectoryTest {
    /** Of other people. */
    private static final String[] LOOK_ALIKES = {
        "tmp-thesis.txt",
        "tmp-00000000-0000-0000-0000-000000000000",
        "coord-tmp-thesis.txt",
        "coord-tmp-",
        "coord-tmp-00000000-0000-0000-0000-00000000000g",
        "coord-tmp-00000000-0000-0000-0000-000000000000.txt",
        "coord-tmp-00000000-0000-0000-0000-000000000000.mv.db.bak",
        "coord-tmp-00000000-0000-0000-0000-000000000000.mv.db.mv.db",
        "my-coord-tmp-00000000-0000-0000-0000-000000000000",
        "coord.1",
        "coord.1.lock",
        "coord.01.mv.db",
        "coord.0.mv.db",
        "coord.1.mv.db.bak",
        "owner.1",
        "owner.1.mv.db",
        "owner.01.lock",
        "owner.1.lock.old",
        "endpoint.1.lock",
        "endpoint.1.mv.db",
        "endpoint.01",
        "endpoint.1.txt",
        "process-deadbeef.lock"
    };

    @TempDir
    private Path root;

    private SharedDirectory directory;

    @BeforeEach
    void open() {
        directory = new SharedDirectory(root);
    }

    @Test
    void namesFilesByEpoch() {
        assertThat(directory.database(12)).isEqualTo(root.resolve("coord.12.mv.db"));
        assertThat(directory.ownerLock(12)).isEqualTo(root.resolve("owner.12.lock"));
        assertThat(directory.endpoint(12)).isEqualTo(root.resolve("endpoint.12"));
        assertThat(directory.epochFile()).isEqualTo(root.resolve("epoch"));
        assertThat(SharedDirectory.h2Name(directory.database(12))).isEqualTo(root.resolve("coord.12"));
    }

    @Test
    void findsTheHighestCompleteDatabaseByNumberNotByName() throws IOException {
        create("coord.9.mv.db", "coord.10.mv.db", "coord.2.mv.db");

        assertThat(directory.highestComplete(Long.MAX_VALUE)).hasValue(10);
        assertThat(directory.highestComplete(10)).hasValue(9);
        assertThat(directory.highestComplete(2)).isEmpty();
    }

    @Test
    void whatIsNotADatabaseOfAnEpochIsNone() throws IOException {
        create(
                "coord.mv.db",
                "coord..mv.db",
                "coord.x.mv.db",
                "coord.-1.mv.db",
                "coord.5.mv.db.corrupt",
                "coord.5.mv.db.corrupt-2",
                "xcoord.5.mv.db",
                "coord.5.mv.dbx",
                "coord.1234567890123456789.mv.db",
                directory.temporaryDatabase().getFileName().toString());

        assertThat(directory.highestComplete(Long.MAX_VALUE)).isEmpty();
        assertThat(directory.isComplete(5)).isFalse();
    }

    @Test
    void temporaryNamesAreNeverTheSame() {
        assertThat(directory.temporaryDatabase()).isNotEqualTo(directory.temporaryDatabase());
    }

    @Test
    void damagedDatabasesAreKeptAsideOneBesideTheOther() throws IOException {
        var kept = new ArrayList<Path>();
        for (int i = 1; i <= 3; i++) {
            Files.writeString(directory.database(4), "damaged " + i);
            kept.add(directory.setAside(directory.database(4)));
        }

        assertThat(kept).doesNotHaveDuplicates();
        for (int i = 1; i <= 3; i++) {
            assertThat(kept.get(i - 1)).hasContent("damaged " + i);
        }
        assertThat(directory.isComplete(4)).isFalse();
    }

    @Test
    void aDamagedDatabaseStandsInTheWayOfAllThatIsOlder() throws IOException {
        assertThat(directory.blocking()).isEmpty();
        create("coord.9.mv.db", "coord.10.mv.db.corrupt", "coord.11.mv.db.corrupt-2", "coord.3.mv.db.corrupt");
        assertThat(directory.blocking()).isPresent();

        create("coord.10.mv.db");
        assertThat(directory.blocking()).contains(root.resolve("coord.11.mv.db.corrupt-2"));

        create("coord.11.mv.db");
        assertThat(directory.blocking()).as("a backup has taken its place").isEmpty();
    }

    @Test
    void onlyFilesOfLowerEpochsAreRemoved() throws IOException {
        create(
                "coord.4.mv.db",
                "owner.4.lock",
                "endpoint.4",
                "coord.5.mv.db",
                "owner.5.lock",
                "endpoint.5",
                "owner.11.lock");
        create("epoch", "coord.4.mv.db.corrupt", "process-x.lock", "notes.txt", "coord-12.sock", "tmp-1.mv.db");
        create(LOOK_ALIKES);
        Files.createDirectory(root.resolve("coord.3.mv.db"));

        directory.removeBelow(5);

        assertThat(names())
                .contains(LOOK_ALIKES)
                .contains("coord.3.mv.db")
                .contains(
                        "coord.5.mv.db",
                        "owner.5.lock",
                        "endpoint.5",
                        "owner.11.lock",
                        "epoch",
                        "coord.4.mv.db.corrupt",
                        "process-x.lock",
                        "notes.txt",
                        "coord-12.sock",
                        "tmp-1.mv.db")
                .doesNotContain("coord.4.mv.db", "owner.4.lock", "endpoint.4");
    }

    @Test
    void onlyOldHalfMadeFilesAreRemoved() throws IOException {
        String young = name(directory.temporaryDatabase());
        create(name(directory.temporaryDatabase()), name(directory.temporary()), young, "coord.1.mv.db");
        create(LOOK_ALIKES);
        Path empty = Files.createDirectory(directory.temporary());
        Path link = Files.createSymbolicLink(directory.temporary(), root.resolve("coord.1.mv.db"));
        FileTime longAgo = FileTime.fromMillis(
                Files.getLastModifiedTime(root.resolve(young)).toMillis() - 601_000);
        for (String name : names()) {
            if (!name.equals(young)) {
                Files.setLastModifiedTime(root.resolve(name), longAgo);
            }
        }

        directory.removeTemporary(600_000);

        var left = new ArrayList<>(List.of(LOOK_ALIKES));
        left.addAll(List.of(young, "coord.1.mv.db", name(empty), name(link)));
        assertThat(names()).containsExactlyInAnyOrderElementsOf(left);
    }

    @Test
    void whatCannotBeRemovedKeepsNothingElseFromBeingRemoved() throws IOException {
        List<String> temporary =
                List.of(name(directory.temporary()), name(directory.temporary()), name(directory.temporary()));
        create(temporary.get(0), temporary.get(2), "owner.3.lock");
        for (String name : List.of(temporary.get(1), "owner.1.lock", "owner.2.lock")) {
            Files.createFile(Files.createDirectory(root.resolve(name)).resolve("not ours"));
        }
        for (String name : temporary) {
            Files.setLastModifiedTime(root.resolve(name), FileTime.fromMillis(0));
        }

        directory.removeTemporary(600_000);
        directory.removeBelow(4);

        assertThat(names()).containsExactlyInAnyOrder(temporary.get(1), "owner.1.lock", "owner.2.lock");
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private void create(String... names) throws IOException {
        for (String name : names) {
            Files.createFile(root.resolve(name));
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
