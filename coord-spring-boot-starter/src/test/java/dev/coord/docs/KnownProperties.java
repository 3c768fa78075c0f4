package dev.coord.docs;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The properties of coord, of Spring Boot, and of whatever else of its kind is on the class path. */
final class KnownProperties {
    private static final Map<String, String> TYPES = read();

    private KnownProperties() {}

    /** Whether there is such a property, or such a key in one that is a map. */
    static boolean exists(String name) {
        if (TYPES.containsKey(name)) {
            return true;
        }
        for (int dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
            if (TYPES.getOrDefault(name.substring(0, dot), "").startsWith("java.util.Map")) {
                return true;
            }
        }
        return false;
    }

    /** Whether properties begin with {@code prefix} and a dot. */
    static boolean isPrefix(String prefix) {
        return TYPES.keySet().stream().anyMatch(name -> name.startsWith(prefix + "."));
    }

    private static Map<String, String> read() {
        var types = new TreeMap<String, String>();
        try {
            for (URL file : Collections.list(KnownProperties.class
                    .getClassLoader()
                    .getResources("META-INF/spring-configuration-metadata.json"))) {
                try (InputStream in = file.openStream()) {
                    read(in, types);
                }
            }
            try (InputStream in = Files.newInputStream(
                    Document.TEST_SUPPORT.resolve("src/main/resources/META-INF/spring-configuration-metadata.json"))) {
                read(in, types);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return types;
    }

    private static void read(InputStream metadata, Map<String, String> types) {
        for (JsonNode property : JsonMapper.shared().readTree(metadata).path("properties")) {
            types.put(property.path("name").asString(""), property.path("type").asString(""));
        }
    }
}
