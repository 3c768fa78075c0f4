package dev.coord.spring.autoconfigure;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which characters the names of files can have in this process. */
final class FileNames {
    private FileNames() {}

    /** The encoding of file names, which the JVM takes from the locale it is started in. */
    static Charset charset() {
        String name = System.getProperty("sun.jnu.encoding", "");
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return Charset.defaultCharset();
        }
    }

    /** The variable that decided on the locale, with its value. */
    static String locale() {
        return locale(System.getenv());
    }

    static String locale(Map<String, String> environment) {
        for (String variable : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
            @Nullable String value = environment.get(variable);
            if (value != null && !value.isEmpty()) {
                return variable + "=" + value;
            }
        }
        return "none of LC_ALL, LC_CTYPE and LANG is set";
    }
}
