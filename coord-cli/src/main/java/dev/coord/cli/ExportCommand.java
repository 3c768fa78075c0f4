package dev.coord.cli;

import dev.coord.store.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints what is in the worlds. */
@Command(
        name = "export",
        description = {
            "Prints the worlds as JSON lines, for people, other programs, and \"import\": a line \"coord-export\" with the"
                    + " version of the format; for each group \"block\", one line \"group\", then \"object\", \"quad\" and"
                    + " \"result\" (of the operations that are still remembered); and a line \"end\". A group is as of one"
                    + " commit, its line says of which.",
            "Content is \"text\" where it is text, otherwise \"base64\". Large content is in lines of its own,"
                    + " \"block\", of which an object names the address."
        })
final class ExportCommand extends StoreCommand.First {
    @Option(names = "--group", paramLabel = "GROUP", description = "Only this group.")
    private @Nullable String group;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = out();
        try (Store store = place().read()) {
            List<String> groups = store.leases().groups();
            if (group != null && !groups.contains(group)) {
                throw new RefusedException("There is no group " + group + "; the groups are " + groups);
            }
            var export = new ExportWriter(out::print);
            export.begin();
            for (String name : group == null ? groups : List.of(group)) {
                export.write(store, name);
            }
            export.end();
        }
        out.flush();
        return out.checkError() ? ExitCode.FAILED : ExitCode.DONE;
    }
}
