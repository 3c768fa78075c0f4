package dev.coord.spring.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The description of the properties, which is written by hand. */
class CoordTestMetadataTest {
    private static final String PREFIX = CoordTestProperties.class
            .getAnnotation(ConfigurationProperties.class)
            .value();

    @Test
    void everyPropertyIsDescribed() throws IOException {
        List<String> names = metadata()
                .path("properties")
                .valueStream()
                .map(property -> property.path("name").asString(""))
                .toList();
        assertThat(names)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(CoordTestProperties.class.getRecordComponents())
                        .map(component -> PREFIX + "." + dashed(component.getName()))
                        .toList());
        assertThat(metadata().path("properties").valueStream()).allSatisfy(property -> {
            assertThat(property.path("description").asString("")).endsWith(".");
            assertThat(property.path("sourceType").asString("")).isEqualTo(CoordTestProperties.class.getName());
        });
    }

    @Test
    void editorsOfferTheRolesThatAreAllowed() throws IOException {
        assertThat(metadata().path("hints").valueStream())
                .singleElement()
                .satisfies(hint -> assertThat(hint.path("name").asString("")).isEqualTo(PREFIX + ".role"))
                .satisfies(hint -> assertThat(hint.path("values")
                                .valueStream()
                                .map(value -> value.path("value").asString("")))
                        .containsExactly("leader", "follower"));
    }

    private static String dashed(String name) {
        String dashed = name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        return ConfigurationPropertyName.of(dashed).toString();
    }

    private static JsonNode metadata() throws IOException {
        String ours = CoordTestProperties.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString();
        try (InputStream in = URI.create(ours + "META-INF/spring-configuration-metadata.json")
                .toURL()
                .openStream()) {
            return JsonMapper.shared().readTree(in);
        }
    }
}
