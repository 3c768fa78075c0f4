package dev.coord.store.jdbc;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Attributes as the text of a column: {@code key=value}, each on a line of its own. A backslash comes before a letter that stands
 * for what would be read as something else: {@code \\b} is a backslash, {@code \n} a line's end, {@code \e} an equals sign,
 * {@code \0} the character that PostgreSQL cannot store.
 */
final class AttributesText {
    private static final Map<Character, Character> LETTERS = Map.of('\\', 'b', '\n', 'n', '=', 'e', '\0', '0');
    private static final Map<Character, Character> MEANINGS = Map.of('b', '\\', 'n', '\n', 'e', '=', '0', '\0');

    private AttributesText() {}

    static String write(SortedMap<String, String> attributes) {
        var text = new StringBuilder();
        attributes.forEach((key, value) -> {
            escape(key, text.append(text.isEmpty() ? "" : "\n"));
            escape(value, text.append('='));
        });
        return text.toString();
    }

    static SortedMap<String, String> read(String text) {
        var attributes = new TreeMap<String, String>();
        for (String line : text.split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals >= 0) {
                attributes.put(unescaped(line.substring(0, equals)), unescaped(line.substring(equals + 1)));
            }
        }
        return attributes;
    }

    private static void escape(String plain, StringBuilder text) {
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            Character letter = LETTERS.get(c);
            if (letter == null) {
                text.append(c);
            } else {
                text.append('\\').append(letter.charValue());
            }
        }
    }

    private static String unescaped(String text) {
        var plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            boolean stands = text.charAt(i) == '\\' && i + 1 < text.length();
            if (stands) {
                i++;
            }
            plain.append(stands ? MEANINGS.getOrDefault(text.charAt(i), text.charAt(i)) : text.charAt(i));
        }
        return plain.toString();
    }
}
