package dev.coord.cluster;

import dev.coord.InvalidSettingsException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What the attributes of a participant may be. */
final class Attributes {
    private static final String PROPERTY = "attributes";
    private static final int MOST = 32;
    private static final int MAX_KEY = 100;
    private static final int MAX_VALUE = 500;

    private Attributes() {}

    /** @throws InvalidSettingsException if one of {@code attributes} is longer than all can store and send, or is no text */
    static void check(Map<String, String> attributes) {
        if (attributes.size() > MOST) {
            throw refused("A participant has at most " + MOST + " attributes, not " + attributes.size() + ": "
                    + String.join(", ", attributes.keySet()));
        }
        attributes.forEach((key, value) -> {
            if (key.isBlank() || key.length() > MAX_KEY) {
                throw refused("The key of an attribute has 1 to " + MAX_KEY + " characters, not '" + key + "'");
            }
            if (value.length() > MAX_VALUE) {
                throw refused("The attribute '" + key + "' has at most " + MAX_VALUE + " characters, not "
                        + value.length() + ": let the others ask for what is longer");
            }
            if (!isText(key) || !isText(value)) {
                throw refused("The attribute '" + key + "' has half of a character, which is no text");
            }
        });
    }

    /** No half of a surrogate pair: UTF-8, in which it is stored and sent, has no such thing. */
    private static boolean isText(String words) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(words);
    }

    private static InvalidSettingsException refused(String why) {
        return new InvalidSettingsException(why, PROPERTY);
    }
}
