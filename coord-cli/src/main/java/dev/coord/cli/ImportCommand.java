package dev.coord.cli;

import dev.coord.Term;
import dev.coord.registry.Liveness;
import dev.coord.store.Lease;
import dev.coord.store.LeaseHolder;
import dev.coord.store.Store;
import dev.coord.store.WorldHead;
import dev.coord.store.jdbc.ExternalDatabase;
import dev.coord.store.jdbc.JdbcStore;
import dev.coord.store.maintenance.GroupLoader;
import dev.coord.store.shared.DatabaseDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings an export back. */
@Command(
        name = "import",
        description = {
            "Puts what \"export\" printed, or \"backup\" wrote of a database, into a directory that has no database, or into"
                    + " an external database: worlds, logs, and the results of the operations that are still remembered."
                    + " All of the file is checked before.",
            "Terms are raised, each time further, so that whoever led before passes no fence any more. All of it"
                    + " happens, or nothing. Start the processes afterwards.",
        })
final class ImportCommand extends LoadCommand {
    @Parameters(
            index = "1",
            paramLabel = "DIR|URL",
            description = "The directory, what coord.dir will name; or the database, what coord.store.url will name.")
    @SuppressWarnings("NullAway.Init")
    private String target;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private DatabaseOptions options;

    @Option(names = "--group", paramLabel = "GROUP", description = "Only this group.")
    private @Nullable String group;

    @Option(
            names = "--replace",
            description = "Of a database: what it has of these groups is lost. Whoever leads one of them keeps it from"
                    + " being replaced.")
    private boolean replace;

    /** What it says. */
    record Report(String target, String file, List<Loaded> groups) {}

    @Override
    public Integer call() throws IOException {
        Path file = file("an export");
        boolean toDatabase = DatabaseOptions.isUrl(target);
        if (replace && !toDatabase) {
            throw misunderstood("--replace is for databases: of a directory, move all of its files away");
        }
        ExportReader export = ExportReader.open(file);
        List<ExportReader.Group> wanted = wanted(file, export);
        List<Loaded> imported = new ArrayList<>();
        String place;
        if (toDatabase) {
            ExternalDatabase database = database(target, options);
            place = database.place();
            database.fill(
                    store -> wanted.forEach(group -> imported.add(toDatabase(file, database, store, export, group))));
        } else {
            DatabaseDirectory.create(
                    Path.of(target),
                    store -> wanted.forEach(group -> {
                        var loader = new GroupLoader(store, group.name(), InstantSource.system());
                        loader.begin();
                        imported.add(load(export, group, loader));
                    }));
            place = Path.of(target).toRealPath().toString();
        }
        var report = new Report(place, file.toString(), imported);
        print(report, place, imported);
        return ExitCode.DONE;
    }

    private List<ExportReader.Group> wanted(Path file, ExportReader export) {
        if (group == null) {
            return export.groups();
        }
        return List.of(export.group(group)
                .orElseThrow(() -> new RefusedException("There is no group " + group + " in " + file
                        + "; its groups are "
                        + export.groups().stream().map(ExportReader.Group::name).toList())));
    }

    private Loaded toDatabase(
            Path file, ExternalDatabase database, JdbcStore store, ExportReader export, ExportReader.Group group) {
        var loader = new GroupLoader(store, group.name(), InstantSource.system());
        Optional<Lease> lease = store.get(group.name());
        WorldHead head = store.head(group.name());
        if (lease.isEmpty() && head.equals(WorldHead.NONE)) {
            loader.begin();
        } else if (replace) {
            loader.beginAnew(holder -> checkGone(database, group.name(), holder));
        } else {
            throw new RefusedException("The database " + database.place() + " has the group " + group.name()
                    + " already, with its world at " + head.seqno()
                    + ": with --replace, what it has is lost, and in its place comes what " + file + " has");
        }
        return load(export, group, loader);
    }

    private static void checkGone(ExternalDatabase database, String name, LeaseHolder holder) {
        try (Store now = database.read()) {
            // What it could still do is fenced; that its session is over is sign enough.
            if (Liveness.of(now, process -> true).isKnownDead(holder.process())) {
                return;
            }
        }
        throw new RefusedException("Group " + name + " is led by "
                + holder.id().value() + ", process " + holder.pid()
                + ": stop the processes of the group. If it is dead, give its lease free with coord reset");
    }

    private static Loaded load(ExportReader export, ExportReader.Group group, GroupLoader loader) {
        try {
            Term term = export.load(group, loader);
            return new Loaded(group.name(), term.value(), group.seqno());
        } catch (IOException e) {
            throw new UncheckedIOException("The export cannot be read", e);
        }
    }
}
