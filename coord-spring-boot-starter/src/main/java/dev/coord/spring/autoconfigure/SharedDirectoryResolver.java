package dev.coord.spring.autoconfigure;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

/** Which directory the processes share. It never depends on where a process was started, or two would not find each other. */
final class SharedDirectoryResolver {
    private static final String NAME_OR_DIR =
            "Set the property 'spring.application.name', the same in all processes of the application,"
                    + " or set the property 'coord.dir' to an absolute path.";
    private static final String ABSOLUTE_DIR =
            "Set the property 'coord.dir' to an absolute path, the same in all processes of the"
                    + " application. '${user.home}' stands for the home directory; '~' does not.";

    private SharedDirectoryResolver() {}

    /**
     * The directory.
     *
     * @param dir the property {@code coord.dir}
     * @param application the property {@code spring.application.name}
     * @param home the home directory of this process's user
     * @throws UnusableDirectoryException if these do not name one
     */
    static Path resolve(@Nullable String dir, @Nullable String application, @Nullable String home) {
        if (StringUtils.hasText(dir)) {
            return absolute("coord.dir", dir, ABSOLUTE_DIR);
        }
        if (!StringUtils.hasText(application)) {
            throw new UnusableDirectoryException(
                    "The directory that the processes of this application share is not known: it is named after the application,"
                            + " and the application has no name.",
                    NAME_OR_DIR);
        }
        if (!isFileName(application)) {
            throw new UnusableDirectoryException(
                    "The directory that the processes of this application share is named after it, and '" + application
                            + "' (spring.application.name) cannot be the name of a directory.",
                    NAME_OR_DIR);
        }
        Path userHome = absolute("user.home", StringUtils.hasText(home) ? home : "", ABSOLUTE_DIR);
        return userHome.resolve(".coord").resolve(application);
    }

    private static Path absolute(String property, String value, String action) {
        Path path = path(value);
        if (path == null || !path.isAbsolute()) {
            throw new UnusableDirectoryException(
                    "'" + value + "' (" + property
                            + ") is not an absolute path. Relative to where a process was started, two"
                            + " processes of this application might not find each other.",
                    action);
        }
        return path.normalize();
    }

    private static boolean isFileName(String name) {
        Path path = path(name);
        return path != null
                && path.getNameCount() == 1
                && !path.isAbsolute()
                && !name.equals(".")
                && !name.equals("..")
                && !name.endsWith("/");
    }

    private static @Nullable Path path(String value) {
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            return null;
        }
    }
}
