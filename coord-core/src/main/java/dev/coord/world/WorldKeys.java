package dev.coord.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What keys, and the other words of a world, may be. */
final class WorldKeys {
    /** In UTF-8: what every database can index. */
    private static final int MAX_BYTES = 1000;

    private static final int MAX_ID = 100;
    private static final String SINCE = "since-";
    private static final Pattern SINCE_PATTERN = Pattern.compile(SINCE + "(\\d{1,18})-.*", Pattern.DOTALL);

    private WorldKeys() {}

    /** @throws InvalidOperationException if {@code key} cannot be one */
    static String checked(String key) {
        return checkedWord("An object's key", key, false);
    }

    static String checkedWord(String what, String word, boolean mayBeEmpty) {
        int bytes = word.getBytes(UTF_8).length;
        if ((word.isEmpty() && !mayBeEmpty) || bytes > MAX_BYTES) {
            throw new InvalidOperationException(
                    shortened(word),
                    what + " has " + (mayBeEmpty ? 0 : 1) + " to " + MAX_BYTES + " bytes in UTF-8, not " + bytes);
        }
        return checkedCharacters(word);
    }

    /** @throws InvalidOperationException if {@code id} cannot be an operation's */
    static void checkedId(String id) {
        if (id.isEmpty() || id.length() > MAX_ID) {
            throw new InvalidOperationException(
                    shortened(id), "An operation's id has 1 to " + MAX_ID + " characters, not " + id.length());
        }
        checkedCharacters(id);
    }

    /** An id that says that it was made when the world had commit {@code seqno}. */
    static String idSince(long seqno, String unique) {
        return SINCE + seqno + "-" + unique;
    }

    /** Since which commit there is such an id; -1 if it does not say. */
    static long since(String id) {
        Matcher matcher = SINCE_PATTERN.matcher(id);
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    }

    /** @throws InvalidOperationException if {@code word} would not be the same after a way over the wire or through a table */
    static String checkedCharacters(String word) {
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            // Databases refuse the one, and order or store the others differently.
            if (c == 0 || (Character.isSurrogate(c) && !isPaired(word, i))) {
                throw new InvalidOperationException(
                        shortened(word),
                        "A word of the world has no NUL and no half of a surrogate pair; this one has at " + i);
            }
        }
        return word;
    }

    private static boolean isPaired(String word, int i) {
        return Character.isHighSurrogate(word.charAt(i))
                ? i + 1 < word.length() && Character.isLowSurrogate(word.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(word.charAt(i - 1));
    }

    /** For messages. */
    static String shortened(String word) {
        return shortened(word, 100);
    }

    static String shortened(String word, int max) {
        if (word.length() <= max) {
            return word;
        }
        // Not between the halves of a pair.
        int end = Character.isHighSurrogate(word.charAt(max - 2)) ? max - 2 : max - 1;
        return word.substring(0, end) + "…";
    }
}
