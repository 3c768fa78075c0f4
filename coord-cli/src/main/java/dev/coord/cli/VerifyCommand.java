package dev.coord.cli;

import dev.coord.store.Store;
import dev.coord.store.journal.Journal;
import dev.coord.store.maintenance.StoreCheck;
import dev.coord.store.shared.DatabaseDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Whether all of a directory is as it must be. */
@Command(
        name = "verify",
        description = {
            "Checks the epoch file, the journal and its checksums, that journal and database go together, and, on a"
                    + " copy of the database, each group: the lease, the log, objects and quads against the log, blocks"
                    + " against their addresses.",
            "It changes nothing. Processes may use the directory meanwhile, unless they write so much that no copy can"
                    + " be made.",
            "Of a database, each group is checked in the same way, as of one moment; processes may use it meanwhile.",
            "Ends with 0 if all is well, with 3 if anything is damaged."
        })
final class VerifyCommand extends StoreCommand.First {
    /**
     * What it says.
     *
     * @param replayed how many operations the journal had and the database did not, which is no damage
     */
    record Report(
            String directory,
            boolean ok,
            List<String> problems,
            Journal.@Nullable State journal,
            long replayed,
            List<StoreCheck.Contents> groups) {}

    /** What it says of a database. */
    record DatabaseReport(String database, boolean ok, List<String> problems, List<StoreCheck.Contents> groups) {}

    @Override
    public Integer call() throws IOException {
        StorePlace place = place();
        return place instanceof StorePlace.InDirectory in ? call(in.directory()) : callDatabase(place);
    }

    private Integer callDatabase(StorePlace place) {
        List<String> problems = new ArrayList<>();
        List<StoreCheck.Contents> groups = new ArrayList<>();
        try (Store store = place.read()) {
            store.leases().groups().forEach(group -> groups.add(StoreCheck.check(store, group, problems::add)));
        }
        var report = new DatabaseReport(place.text(), problems.isEmpty(), problems, groups);
        Output.print(out(), isJson(), report, lines(report.database(), problems, groups));
        return report.ok() ? ExitCode.DONE : ExitCode.DAMAGED;
    }

    private Integer call(DatabaseDirectory directory) {
        List<StoreCheck.Contents> groups = new ArrayList<>();
        DatabaseDirectory.Verification found = directory.verify((store, problems) ->
                store.leases().groups().forEach(group -> groups.add(StoreCheck.check(store, group, problems))));
        var report = new Report(
                directory.path().toString(),
                found.problems().isEmpty(),
                found.problems(),
                found.journal().orElse(null),
                found.replayed(),
                groups);
        Output.print(out(), isJson(), report, lines(report));
        return report.ok() ? ExitCode.DONE : ExitCode.DAMAGED;
    }

    private static List<String> lines(Report report) {
        List<String> lines = new ArrayList<>();
        Journal.State journal = report.journal();
        if (journal != null) {
            lines.add("journal: operations " + journal.first() + " to " + journal.last()
                    + ", of which the database lacked " + report.replayed() + ", acknowledged up to "
                    + journal.acknowledged());
        }
        lines.addAll(lines(report.directory(), report.problems(), report.groups()));
        return lines;
    }

    private static List<String> lines(String place, List<String> problems, List<StoreCheck.Contents> groups) {
        List<String> lines = new ArrayList<>();
        groups.forEach(group -> lines.add("group " + group.group() + ": world at "
                + group.head().seqno() + ", " + group.entries() + " entries in the log, " + group.objects()
                + " objects, " + group.quads() + " quads, " + group.blocks() + " blocks"));
        problems.forEach(problem -> lines.add("PROBLEM: " + problem));
        lines.add(place + (problems.isEmpty() ? " is whole" : " is damaged"));
        return lines;
    }
}
