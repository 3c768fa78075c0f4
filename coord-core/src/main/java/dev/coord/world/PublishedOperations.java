package dev.coord.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operations that a participant can apply, as attributes, by which the others know of them. */
final class PublishedOperations {
    private static final Logger LOG = LoggerFactory.getLogger(PublishedOperations.class);
    private static final String KEY = "coord.world.operations";
    private static final int MAX_VALUE = 500;
    private static final int MAX_VALUES = 8;

    private PublishedOperations() {}

    /** What tells of {@code types}; of so many that they do not fit it tells of the first ones, in their order, and says so. */
    static SortedMap<String, String> attributes(Collection<String> types) {
        SortedMap<String, String> attributes = fitting(types);
        int left = Set.copyOf(types).size() - types(attributes).size();
        if (left > 0) {
            LOG.warn(
                    "{} of {} types of operations do not fit into what the others are told: for the sake of these nobody hands"
                            + " the leadership over to this participant",
                    left,
                    types.size());
        }
        return attributes;
    }

    /** The same without a word. */
    static SortedMap<String, String> fitting(Collection<String> types) {
        List<String> values = new ArrayList<>();
        var value = new StringBuilder();
        int bytes = 0;
        for (String type : new TreeSet<>(types)) {
            String escaped = type.replace("%", "%25").replace(",", "%2C");
            int length = escaped.getBytes(UTF_8).length;
            if (bytes > 0 && bytes + 1 + length > MAX_VALUE) {
                values.add(value.toString());
                value.setLength(0);
                bytes = 0;
            }
            if (length > MAX_VALUE || values.size() == MAX_VALUES) {
                continue;
            }
            value.append(bytes > 0 ? "," : "").append(escaped);
            bytes += length + (bytes > 0 ? 1 : 0);
        }
        if (bytes > 0) {
            values.add(value.toString());
        }
        var attributes = new TreeMap<String, String>();
        for (int i = 0; i < values.size(); i++) {
            attributes.put(key(i), values.get(i));
        }
        return attributes;
    }

    /** The types that {@code attributes} tell of. */
    static Set<String> types(Map<String, String> attributes) {
        var types = new HashSet<String>();
        for (int i = 0; i < MAX_VALUES; i++) {
            String value = attributes.getOrDefault(key(i), "");
            for (String escaped : value.isEmpty() ? List.<String>of() : List.of(value.split(",", -1))) {
                types.add(escaped.replace("%2C", ",").replace("%25", "%"));
            }
        }
        return types;
    }

    private static String key(int index) {
        return index == 0 ? KEY : KEY + "." + (index + 1);
    }
}
