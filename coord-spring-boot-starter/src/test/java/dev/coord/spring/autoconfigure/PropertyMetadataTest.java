package dev.coord.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.store.shared.SharedStoreSettings.FrozenOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What editors and readers are told about the properties. */
class PropertyMetadataTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");
    private static final Pattern ROW = Pattern.compile("\\| `([a-z0-9.<>*-]+)` \\| (?:`([^`]*)`)? ?\\| (.+) \\|");

    /** Without a default, as there is nothing to name. */
    private static final Map<String, String> NO_DEFAULT = Map.ofEntries(
            Map.entry("coord.attributes", "no attribute"),
            Map.entry("coord.capabilities", "no capability"),
            Map.entry("coord.groups", "no other group"),
            Map.entry("coord.heartbeat-interval", "depends on the store"),
            Map.entry("coord.participant-expiry", "depends on the store"),
            Map.entry("coord.store.url", "that of the application"),
            Map.entry("coord.store.username", "that of the application"),
            Map.entry("coord.store.password", "that of the application"),
            Map.entry("coord.store.schema-name", "that of the user"),
            Map.entry("coord.mesh.address", "Unix sockets"),
            Map.entry("coord.mesh.advertised-address", "found out"),
            Map.entry("coord.mesh.ssl.bundle", "no bundle"),
            Map.entry("coord.mesh.ssl.server-name", "the advertised host"));

    static Stream<PropertyMetadata> properties() {
        return PropertyMetadata.all().values().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("properties")
    void everyPropertyIsDescribed(PropertyMetadata property) {
        assertThat(property.type()).isNotEmpty();
        assertThat(property.description()).hasSizeGreaterThan(10).endsWith(".");
        if (NO_DEFAULT.containsKey(property.name())) {
            assertThat(property.defaultValue()).isEmpty();
        } else {
            assertThat(property.defaultValue()).isNotEmpty();
        }
    }

    @Test
    void thePageHasTheSameProperties() throws IOException {
        var known = new TreeSet<>(PropertyMetadata.all().keySet());
        // Of the module for applications' tests.
        known.addAll(List.of("coord.test.follower-in", "coord.test.role"));
        assertThat(table().keySet()).containsExactlyElementsOf(known);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("properties")
    void thePageHasTheSameDefaults(PropertyMetadata property) throws IOException {
        assertThat(table()).containsEntry(property.name(), property.defaultValue());
    }

    /** The defaults by property. */
    private static Map<String, String> table() throws IOException {
        var rows = new TreeMap<String, String>();
        Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| `")).forEach(line -> {
            Matcher row = ROW.matcher(line);
            assertThat(row.matches()).as(line).isTrue();
            String name = row.group(1).replace(".<name>.*", "");
            String before = rows.put(name, row.group(2) == null ? "" : row.group(2));
            assertThat(before).as("another row of %s", name).isNull();
        });
        return rows;
    }

    @Test
    void editorsOfferTheValuesThatAreAllowed() {
        assertThat(PropertyMetadata.hints("coord.store.h2.frozen-owner"))
                .containsExactlyElementsOf(Stream.of(FrozenOwner.values())
                        .map(value -> value.name().toLowerCase(Locale.ROOT))
                        .toList());
        assertThat(PropertyMetadata.hints("coord.dir"))
                .containsExactly("${user.home}/.coord/${spring.application.name}");
    }
}
