package dev.coord.cli;

import dev.coord.store.shared.DatabaseDirectory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What all commands about a directory have. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract class DirectoryCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description =
                    "For how long to wait for an answer of the process that has the database open (${DEFAULT-VALUE}).")
    private int timeout;

    final boolean isJson() {
        return json;
    }

    final Duration timeout() {
        return Duration.ofSeconds(Math.max(1, timeout));
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** One whose directory is the first parameter. */
    abstract static class First extends DirectoryCommand {
        @Parameters(index = "0", paramLabel = "DIR", description = "The directory, what coord.dir names.")
        @SuppressWarnings("NullAway.Init")
        private Path directory;

        final DatabaseDirectory directory() {
            return DatabaseDirectory.of(directory);
        }
    }
}
