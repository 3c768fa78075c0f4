package dev.coord.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line of coord. */
@Command(
        name = "coord",
        description =
                "Looks at a directory in which processes coordinate (coord.dir), or at their database (coord.store.url),"
                        + " checks it, backs it up, restores it, moves it.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done; what was looked at is well",
            "1:failed, for a reason that the message says",
            "2:the command was not understood",
            "3:a database, a journal, a backup or an export is damaged",
            "4:refused, nothing was changed",
            "5:the database, or whoever has it open, gave no answer in time"
        },
        subcommands = {
            StatusCommand.class,
            VerifyCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            ExportCommand.class,
            ImportCommand.class,
            ResetCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Main implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** What the jar says of itself. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"coord " + (version == null ? "(built from source)" : version)};
        }
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Say what to do");
    }

    /** Asks whether to go on; false also where nobody can be asked. */
    static boolean confirm(PrintWriter err, InputStream in, String question) throws IOException {
        err.print(question + " (yes/no) ");
        err.flush();
        // Not closed: it is the process's.
        String answer = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
        return "yes".equalsIgnoreCase(answer == null ? "" : answer.strip());
    }

    /** Runs a command; says what the process should end with. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    err.println("coord " + command.getCommandName() + ": " + describe(failure));
                    err.flush();
                    return ExitCode.of(failure);
                })
                .execute(arguments);
    }

    /** Our own messages say what to do; of others the type says more. */
    private static String describe(Throwable failure) {
        String message = failure.getMessage();
        boolean ours = failure.getClass().getName().startsWith("dev.coord.");
        return ours && message != null ? message : failure.toString();
    }

    public static void main(String[] arguments) {
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(out, err, arguments));
    }
}
