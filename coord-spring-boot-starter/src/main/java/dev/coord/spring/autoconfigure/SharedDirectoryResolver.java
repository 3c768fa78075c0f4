package dev.coord.spring.autoconfigure;

import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
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

    /** What the JVM makes of the bytes of an argument or a variable that its locale has no characters for. */
    private static final String LOST = "?\uFFFD";

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
        checkCharacters("spring.application.name", application);
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
        checkCharacters(property, value);
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

    private static void checkCharacters(String property, String value) {
        checkCharacters(property, value, FileNames.charset());
    }

    /** Names the character that file names cannot have here, in {@code names}, the encoding of file names. */
    static void checkCharacters(String property, String value, Charset names) {
        CharsetEncoder encoder = names.newEncoder();
        boolean ascii = !encoder.canEncode('\u00E9');
        for (int character : value.codePoints().toArray()) {
            String one = Character.toString(character);
            boolean lost = ascii && LOST.contains(one);
            if (lost || !encoder.canEncode(one)) {
                throw new UnusableDirectoryException(
                        "'" + value + "' (" + property + ") cannot be the name of a file here: the character '" + one
                                + String.format(Locale.ROOT, "' (U+%04X) ", character)
                                + (lost ? "stands for one that is lost, as it is " : "is ") + "not in " + names.name()
                                + ", the encoding of file names in this process's locale.",
                        "Start the process in a UTF-8 locale, LC_ALL=C.UTF-8 for instance (this one: "
                                + FileNames.locale()
                                + "), or give the directory a name of plain letters, in all processes of the application: set the"
                                + " property 'coord.dir'.");
            }
        }
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
