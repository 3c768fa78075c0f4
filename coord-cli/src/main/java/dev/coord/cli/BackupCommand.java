package dev.coord.cli;

import dev.coord.store.Store;
import dev.coord.store.maintenance.Backup;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Copies all that counts into one file. */
@Command(
        name = "backup",
        description = {
            "Writes all groups, with their terms, worlds and remembered results, to one file, which only you can read.",
            "Processes may use the directory meanwhile, and write: each world is as of one commit. If no process uses"
                    + " it, a copy is read. The directory stays as it is."
        })
final class BackupCommand extends DirectoryCommand.First {
    @Parameters(index = "1", paramLabel = "FILE", description = "The file, which must not exist yet.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    /** What it says. */
    record Report(String directory, String file, long bytes, List<BackedUp> groups) {}

    /** A group in a backup. */
    record BackedUp(String group, long term, long seqno, long objects, long quads, long blocks, long entries) {
        static List<BackedUp> of(List<Backup.Group> groups) {
            return groups.stream()
                    .map(group -> new BackedUp(
                            group.group(),
                            group.term(),
                            group.head().seqno(),
                            group.objects(),
                            group.quads(),
                            group.blocks(),
                            group.entries()))
                    .toList();
        }

        String line() {
            return "  group " + group + ": term " + term + ", world at " + seqno;
        }
    }

    @Override
    public Integer call() throws IOException {
        List<Backup.Group> groups;
        try (Store store = directory().read(timeout())) {
            groups = Backup.write(store, file);
        } catch (FileAlreadyExistsException e) {
            throw new RefusedException(file + " is there already, and is not replaced: name another file");
        }
        var report = new Report(directory().path().toString(), file.toString(), Files.size(file), BackedUp.of(groups));
        List<String> lines = new ArrayList<>();
        lines.add(report.file() + ": " + Output.bytes(report.bytes()));
        report.groups().forEach(group -> lines.add(group.line()));
        Output.print(out(), isJson(), report, lines);
        return ExitCode.DONE;
    }
}
