package dev.coord.cluster;

import dev.coord.InvalidSettingsException;
import dev.coord.store.ProtocolVersion;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What a participant tells the others of itself: what is known from the beginning, and what only when it takes part. */
final class Attributes {
    private static final String PROPERTY = "attributes";
    private static final int MOST = 32;
    private static final String OF_COORD = "coord.";
    private static final int MAX_KEY = 100;
    private static final int MAX_VALUE = 500;

    private final Map<String, String> fixed;
    private final Supplier<? extends Map<String, String>> late;
    private volatile SortedMap<String, String> now;

    /**
     * @param fixed those that are known
     * @param late asked for more when the participant takes part
     * @throws InvalidSettingsException if one of {@code fixed} is longer than all can store and send, or is no text
     */
    Attributes(Map<String, String> fixed, Supplier<? extends Map<String, String>> late) {
        this.fixed = fixed;
        this.late = late;
        this.now = checked(new TreeMap<>(fixed));
    }

    /** As far as they are known. */
    SortedMap<String, String> now() {
        return now;
    }

    /**
     * Asks for those that were not known before; of two with the same key the one that was known stays.
     *
     * @return all of them
     * @throws InvalidSettingsException if they are too many, or one of them is longer than all can store and send, or is no text
     */
    SortedMap<String, String> complete() {
        var all = new TreeMap<String, String>();
        late.get().forEach((key, value) -> {
            if (key == null || value == null) {
                throw refused("An attribute has a key and a value, not '" + key + "' and '" + value + "'");
            }
            all.put(key, value);
        });
        all.putAll(fixed);
        now = checked(all);
        return now;
    }

    private static SortedMap<String, String> checked(SortedMap<String, String> attributes) {
        // Besides what coord itself tells the others.
        long own = attributes.keySet().stream()
                .filter(key -> !key.startsWith(OF_COORD))
                .count();
        if (own > MOST) {
            throw refused("A participant has at most " + MOST + " attributes, not " + own + ": "
                    + String.join(", ", attributes.keySet()));
        }
        attributes.forEach((key, value) -> {
            int length = bytes(key, key);
            if (key.isBlank() || length > MAX_KEY) {
                throw refused(
                        "The key of an attribute has 1 to " + MAX_KEY + " bytes, not " + length + ": '" + key + "'");
            }
            int valueLength = bytes(key, value);
            if (valueLength > MAX_VALUE) {
                throw refused("The attribute '" + key + "' has at most " + MAX_VALUE + " bytes, not " + valueLength
                        + ": let the others ask for what is longer");
            }
        });
        attributes.put(ProtocolVersion.ATTRIBUTE, Integer.toString(ProtocolVersion.current()));
        return Collections.unmodifiableSortedMap(attributes);
    }

    /** In UTF-8, in which it is stored and sent, and which has no half of a surrogate pair. */
    private static int bytes(String key, String words) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(words));
            return encoded.remaining();
        } catch (CharacterCodingException e) {
            throw refused("The attribute '" + key + "' has half of a character, which is no text");
        }
    }

    private static InvalidSettingsException refused(String why) {
        return new InvalidSettingsException(why, PROPERTY);
    }
}
