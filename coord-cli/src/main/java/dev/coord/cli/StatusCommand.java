package dev.coord.cli;

import dev.coord.CoordException;
import dev.coord.store.DatabaseState;
import dev.coord.store.Store;
import dev.coord.store.journal.Journal;
import dev.coord.store.shared.DatabaseDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Who uses a directory, who leads, and how large it all is. */
@Command(
        name = "status",
        description = {
            "Says who has the database open, who leads each group, who takes part, how far and how large the worlds"
                    + " are, and which files there are.",
            "It changes nothing. If no process uses the directory, it looks at a copy.",
            "Of a database, it says which server that is, and whose session with it is over."
        })
final class StatusCommand extends StoreCommand.First {
    /**
     * What it says.
     *
     * @param owner who has the database open
     * @param problems what keeps processes from using it
     */
    record Report(
            String directory,
            boolean inUse,
            @Nullable Long epoch,
            @Nullable Owner owner,
            @Nullable String database,
            Journal.@Nullable State journal,
            List<DatabaseDirectory.FileSize> files,
            List<GroupStatus> groups,
            List<String> problems) {}

    /** Who has the database open. */
    record Owner(long pid, String address) {}

    /** What it says of a database. */
    record DatabaseReport(String database, String server, long timeline, List<GroupStatus> groups) {}

    @Override
    public Integer call() throws IOException {
        StorePlace place = place();
        return place instanceof StorePlace.InDirectory in ? call(in.directory()) : callDatabase(place);
    }

    private Integer callDatabase(StorePlace place) {
        try (Store store = place.read()) {
            DatabaseState state = store.database().orElseThrow();
            var report = new DatabaseReport(
                    state.url(),
                    state.server(),
                    state.timeline(),
                    store.leases().groups().stream()
                            .map(group -> GroupStatus.of(store, group))
                            .toList());
            List<String> lines = new ArrayList<>();
            lines.add(report.database());
            lines.add("  server     " + report.server() + ", timeline " + report.timeline());
            report.groups().forEach(group -> lines.addAll(lines(group)));
            Output.print(out(), isJson(), report, lines);
            return ExitCode.DONE;
        }
    }

    private Integer call(DatabaseDirectory directory) {
        DatabaseDirectory.Status status = directory.status();
        List<String> problems = new ArrayList<>(status.problems());
        List<GroupStatus> groups = new ArrayList<>();
        int exitCode = problems.isEmpty() ? ExitCode.DONE : ExitCode.DAMAGED;
        if (status.inUse() || status.database().isPresent()) {
            try (Store store = directory.read(timeout())) {
                store.leases().groups().forEach(group -> groups.add(GroupStatus.of(store, group)));
            } catch (CoordException e) {
                problems.add(String.valueOf(e.getMessage()));
                exitCode = ExitCode.of(e);
            }
        }
        OptionalLong epoch = status.epoch();
        var report = new Report(
                status.path().toString(),
                status.inUse(),
                epoch.isPresent() ? epoch.getAsLong() : null,
                status.owner()
                        .map(owner -> new Owner(owner.pid(), owner.address()))
                        .orElse(null),
                status.database().orElse(null),
                status.journal().orElse(null),
                status.files(),
                groups,
                problems);
        Output.print(out(), isJson(), report, lines(report));
        return exitCode;
    }

    private static List<String> lines(Report report) {
        List<String> lines = new ArrayList<>();
        lines.add(report.directory() + (report.inUse() ? ", in use" : ", not in use"));
        lines.add("  owner      "
                + (report.owner() == null
                        ? "nobody"
                        : "process " + report.owner().pid() + " at "
                                + report.owner().address())
                + (report.epoch() == null ? "" : ", epoch " + report.epoch()));
        Journal.State journal = report.journal();
        lines.add("  database   " + (report.database() == null ? "none" : report.database()));
        if (journal != null) {
            lines.add("  journal    operations " + journal.first() + " to " + journal.last() + ", "
                    + Output.bytes(journal.bytes()) + " in " + journal.segments() + " files");
        }
        long all = report.files().stream()
                .mapToLong(DatabaseDirectory.FileSize::bytes)
                .sum();
        lines.add("  files      " + report.files().size() + ", " + Output.bytes(all));
        report.files().forEach(file -> lines.add("             " + file.name() + "  " + Output.bytes(file.bytes())));
        report.groups().forEach(group -> lines.addAll(lines(group)));
        report.problems().forEach(problem -> lines.add("PROBLEM: " + problem));
        return lines;
    }

    private static String gone(boolean dead, boolean sessionOver) {
        return dead ? " (dead)" : sessionOver ? " (its session is over)" : "";
    }

    private static List<String> lines(GroupStatus group) {
        List<String> lines = new ArrayList<>();
        GroupStatus.Leader leader = group.leader();
        lines.add("group " + group.group());
        lines.add("  leader     "
                + (leader == null
                        ? "nobody, the last term was " + group.term()
                        : leader.participant() + ", process " + leader.pid() + gone(leader.dead(), leader.sessionOver())
                                + ", term " + group.term() + ", renewed at " + leader.renewedAt()));
        group.participants()
                .forEach(participant -> lines.add("  takes part " + participant.participant() + ", process "
                        + participant.pid() + gone(participant.dead(), participant.sessionOver()) + " on "
                        + participant.host() + ", "
                        + participant.role() + ", last heard of at " + participant.lastHeartbeat()));
        GroupStatus.WorldSize world = group.world();
        if (world != null) {
            lines.add("  world      at " + world.seqno() + ", " + world.objects() + " objects, " + world.quads()
                    + " quads, " + world.blocks() + " blocks; log from " + world.logFrom() + ", rows up to "
                    + world.checkpointSeqno());
        }
        return lines;
    }
}
