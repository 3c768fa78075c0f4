package dev.coord.cli;

import dev.coord.store.jdbc.ExternalDatabase;
import dev.coord.store.shared.DatabaseDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What all commands about a directory or a database have. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract class StoreCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "For how long to wait for an answer of the process that has the database open, or of the"
                    + " database (${DEFAULT-VALUE}).")
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

    final CommandLine.ParameterException misunderstood(String why) {
        return new CommandLine.ParameterException(spec.commandLine(), why);
    }

    /** The database at {@code url}. */
    final ExternalDatabase database(String url, DatabaseOptions options) throws IOException {
        if (DatabaseOptions.isSecret(url)) {
            throw misunderstood("The URL has a password, which everybody on this machine can read: use --password-file,"
                    + " or the environment variable " + DatabaseOptions.PASSWORD);
        }
        return new ExternalDatabase(options.settings(url).withTimeouts(timeout(), timeout()));
    }

    /** One whose directory or database is the first parameter. */
    abstract static class First extends StoreCommand {
        @Parameters(
                index = "0",
                paramLabel = "DIR|URL",
                description = "The directory, what coord.dir names; or the database, what coord.store.url names:"
                        + " jdbc:postgresql://…")
        @SuppressWarnings("NullAway.Init")
        private String place;

        @Mixin
        @SuppressWarnings("NullAway.Init")
        private DatabaseOptions options;

        final StorePlace place() throws IOException {
            return DatabaseOptions.isUrl(place)
                    ? new StorePlace.InDatabase(database(place, options))
                    : new StorePlace.InDirectory(DatabaseDirectory.of(Path.of(place)), timeout());
        }
    }
}
