package dev.coord.transport;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Paths in the form that addresses have: every byte that is not a plain letter, digit, dot, dash, underscore or slash is written as
 * {@code %} and two digits. In that form a path of any legal name can be a line of a file, a part of a URL or of a gRPC target,
 * and is the same in every locale.
 */
public final class PathNames {
    private static final String PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-";
    private static final char[] DIGITS = "0123456789ABCDEF".toCharArray();

    private PathNames() {}

    /** {@code path} in that form; a plain path stays as it is. */
    public static String encode(Path path) {
        var encoded = new StringBuilder();
        for (byte one : path.toString().getBytes(StandardCharsets.UTF_8)) {
            if (one >= 0 && PLAIN.indexOf(one) >= 0) {
                encoded.append((char) one);
            } else {
                encoded.append('%').append(DIGITS[(one >> 4) & 0xf]).append(DIGITS[one & 0xf]);
            }
        }
        return encoded.toString();
    }

    /**
     * The path that {@code encoded} stands for.
     *
     * @throws IllegalArgumentException if it is not of that form
     */
    public static Path decode(String encoded) {
        var bytes = new byte[encoded.length()];
        int length = 0;
        for (int i = 0; i < encoded.length(); i++) {
            char next = encoded.charAt(i);
            if (next == '%') {
                bytes[length] = (byte) (digit(encoded, i + 1) << 4 | digit(encoded, i + 2));
                i += 2;
            } else if (PLAIN.indexOf(next) >= 0) {
                bytes[length] = (byte) next;
            } else {
                throw new IllegalArgumentException("'" + encoded + "' is not an encoded path");
            }
            length++;
        }
        return Path.of(new String(bytes, 0, length, StandardCharsets.UTF_8));
    }

    private static int digit(String encoded, int index) {
        int value = index < encoded.length() ? Character.digit(encoded.charAt(index), 16) : -1;
        if (value < 0) {
            throw new IllegalArgumentException("'" + encoded + "' is not an encoded path");
        }
        return value;
    }
}
