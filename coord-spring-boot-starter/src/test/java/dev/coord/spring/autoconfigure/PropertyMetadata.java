package dev.coord.spring.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What editors know about a property of ours. */
record PropertyMetadata(String name, String type, String description, String defaultValue) {
    /** All of them, by name, from the file that lies next to our classes. */
    static Map<String, PropertyMetadata> all() {
        var found = new TreeMap<String, PropertyMetadata>();
        for (JsonNode property : file().path("properties")) {
            var metadata = new PropertyMetadata(
                    property.path("name").asString(""),
                    property.path("type").asString(""),
                    property.path("description").asString(""),
                    property.path("defaultValue").asString(""));
            found.put(metadata.name, metadata);
        }
        return found;
    }

    /** The names of those that start with {@code coord.}. */
    static Set<String> names() {
        var names = new TreeSet<>(all().keySet());
        names.removeIf(name -> !name.startsWith("coord."));
        return names;
    }

    /** The values that an editor offers for {@code property}. */
    static List<String> hints(String property) {
        return file().path("hints")
                .valueStream()
                .filter(hint -> hint.path("name").asString("").equals(property))
                .flatMap(hint -> hint.path("values").valueStream())
                .map(value -> value.path("value").asString(""))
                .toList();
    }

    private static JsonNode file() {
        String ours = CoordProperties.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString();
        try (InputStream in = URI.create(ours + "META-INF/spring-configuration-metadata.json")
                .toURL()
                .openStream()) {
            return JsonMapper.shared().readTree(in);
        } catch (IOException e) {
            throw new AssertionError("no metadata next to " + ours, e);
        }
    }
}
