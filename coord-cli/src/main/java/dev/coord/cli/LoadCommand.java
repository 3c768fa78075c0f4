package dev.coord.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Parameters;

/** What commands have that bring back what a file has: the file, and what they say afterwards. */
abstract class LoadCommand extends StoreCommand {
    @Parameters(index = "0", paramLabel = "FILE", description = "What was written.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    /** A group that was brought back; its next leader has the term after {@code term}. */
    record Loaded(String group, long term, long seqno) {}

    /** The file, which is one. */
    final Path file(String what) {
        if (!Files.isRegularFile(file)) {
            throw new RefusedException(file + " is no file: name " + what);
        }
        return file;
    }

    /** Prints {@code report}, or the same for people: {@code place} has {@code groups} now. */
    final void print(Object report, String place, List<Loaded> groups) {
        var lines = new ArrayList<String>();
        lines.add(place + " has what " + file + " has");
        groups.forEach(group -> lines.add("  group " + group.group() + ": world at " + group.seqno()
                + "; its next leader has the term " + (group.term() + 1)));
        Output.print(out(), isJson(), report, lines);
    }
}
