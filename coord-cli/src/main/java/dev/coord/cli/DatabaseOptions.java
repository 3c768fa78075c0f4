package dev.coord.cli;

import dev.coord.store.jdbc.DatabaseSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Says how a database is used that a URL names. A password is never an argument: everybody on the machine can read those. */
final class DatabaseOptions {
    /** The environment variable that has the password; it is the name that Spring Boot has for {@code coord.store.password}. */
    static final String PASSWORD = "COORD_STORE_PASSWORD";

    private static final Pattern SECRET = Pattern.compile("[?&]password=|//[^/?]*:[^/?]*@", Pattern.CASE_INSENSITIVE);

    @Option(names = "--username", paramLabel = "NAME", description = "Of a database: the role, coord.store.username.")
    private @Nullable String username;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "Of a database: the file whose first line is the password. Without it, it is that of the"
                    + " environment variable " + PASSWORD + ".")
    private @Nullable Path passwordFile;

    @Option(
            names = "--schema",
            paramLabel = "NAME",
            defaultValue = "",
            description = "Of a database: the schema of the tables, coord.store.schema-name.")
    @SuppressWarnings("NullAway.Init")
    private String schema;

    @Option(
            names = "--table-prefix",
            paramLabel = "PREFIX",
            defaultValue = DatabaseSettings.DEFAULT_TABLE_PREFIX,
            description = "Of a database: coord.store.table-prefix (${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private String tablePrefix;

    static boolean isUrl(String place) {
        return place.startsWith("jdbc:");
    }

    /** Whether {@code url} has a password. */
    static boolean isSecret(String url) {
        return SECRET.matcher(url).find();
    }

    DatabaseSettings settings(String url) throws IOException {
        DatabaseSettings settings = DatabaseSettings.at(url).withNames(schema, tablePrefix);
        String password = password();
        return username == null && password.isEmpty()
                ? settings
                : settings.withCredentials(username == null ? "" : username, password);
    }

    private String password() throws IOException {
        if (passwordFile == null) {
            String variable = System.getenv(PASSWORD);
            return variable == null ? "" : variable;
        }
        if (!Files.isReadable(passwordFile)) {
            throw new RefusedException(
                    passwordFile + " does not exist, or cannot be read: name a file whose first line is the password");
        }
        return Files.readString(passwordFile).lines().findFirst().orElse("");
    }
}
