package dev.coord.cli;

import dev.coord.store.Store;
import dev.coord.store.maintenance.Backup;
import dev.coord.store.maintenance.NewFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
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
                    + " it, a copy is read. The directory stays as it is.",
            "Of a database, all is as of one moment, and the file is what \"export\" prints: \"import\" brings it back."
        })
final class BackupCommand extends StoreCommand.First {
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
        StorePlace place = place();
        List<BackedUp> groups = new ArrayList<>();
        try (Store store = place.read()) {
            if (place instanceof StorePlace.InDirectory) {
                groups.addAll(BackedUp.of(Backup.write(store, file)));
            } else {
                NewFile.write(file, out -> groups.addAll(export(store, out)));
            }
        } catch (FileAlreadyExistsException e) {
            throw new RefusedException(file + " is there already, and is not replaced: name another file");
        }
        var report = new Report(place.text(), file.toString(), Files.size(file), groups);
        List<String> lines = new ArrayList<>();
        lines.add(report.file() + ": " + Output.bytes(report.bytes()));
        report.groups().forEach(group -> lines.add(group.line()));
        Output.print(out(), isJson(), report, lines);
        return ExitCode.DONE;
    }

    private static List<BackedUp> export(Store store, OutputStream out) throws IOException {
        List<BackedUp> groups = new ArrayList<>();
        var export = new ExportWriter(line -> out.write(line.getBytes(StandardCharsets.UTF_8)));
        export.begin();
        for (String name : store.leases().groups()) {
            groups.add(export.write(store, name));
        }
        export.end();
        return groups;
    }
}
