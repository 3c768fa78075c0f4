package dev.coord.cli;

import dev.coord.Term;
import dev.coord.store.maintenance.Backup;
import dev.coord.store.shared.DatabaseDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes a database of a backup. */
@Command(
        name = "restore",
        description = {
            "Makes the database of a directory from a backup, after checking all of that.",
            "The directory must not be in use, and must have no database; it is made if it is not there. Terms are"
                    + " raised, each time further, so that whoever led before the backup, or since, passes no fence any"
                    + " more. Start the processes afterwards."
        })
final class RestoreCommand extends LoadCommand {
    @Parameters(index = "1", paramLabel = "DIR", description = "The directory, what coord.dir will name.")
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /** What it says. */
    record Report(String directory, String file, List<Loaded> groups) {}

    @Override
    public Integer call() throws IOException {
        Path file = file("a backup");
        Backup backup = Backup.open(file);
        Map<String, Term> terms = new HashMap<>();
        DatabaseDirectory.create(directory, store -> terms.putAll(backup.restore(store, InstantSource.system())));
        var report = new Report(
                directory.toRealPath().toString(),
                file.toString(),
                backup.groups().stream()
                        .map(group -> new Loaded(
                                group.group(),
                                terms.getOrDefault(group.group(), Term.NONE).value(),
                                group.head().seqno()))
                        .toList());
        print(report, report.directory(), report.groups());
        return ExitCode.DONE;
    }
}
