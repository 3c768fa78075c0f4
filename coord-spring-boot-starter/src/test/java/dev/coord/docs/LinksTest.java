package dev.coord.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.docs.Document.Found;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Links lead somewhere, and README is short. */
class LinksTest {
    private static final int LONGEST_README = 250;
    private static final int LONGEST_FIRST_STEPS = 100;

    static Stream<Found> links() {
        return Document.all().stream()
                .flatMap(Document::links)
                .filter(link -> !link.text().contains("://"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("links")
    void linksLeadSomewhere(Found link) {
        String[] parts = link.text().split("#", 2);
        Path from = link.document().path();
        Path target = parts[0].isEmpty() ? from : from.resolveSibling(parts[0]).normalize();
        assertThat(target).as("%s", link).exists();
        if (parts.length == 2) {
            Map<Path, Document> pages = Document.all().stream()
                    .collect(Collectors.toMap(page -> page.path().normalize(), page -> page));
            assertThat(pages).as("%s", link).containsKey(target.normalize());
            assertThat(pages.get(target.normalize()).anchors()).as("%s", link).contains(parts[1]);
        }
    }

    @Test
    void readmeLeadsToEveryPage() {
        List<String> links = Document.readme().links().map(Found::text).toList();
        assertThat(Document.all().stream()
                        .skip(1)
                        .map(page -> "docs/" + page.path().getFileName()))
                .isNotEmpty()
                .allSatisfy(page -> assertThat(links).contains(page));
    }

    @Test
    void readmeIsShort() {
        assertThat(Document.readme().lines()).hasSizeLessThanOrEqualTo(LONGEST_README);
    }

    @Test
    void aNewcomerSoonHasAJobThatTheLeaderRuns() {
        List<String> begin = Document.readme().lines().subList(0, LONGEST_FIRST_STEPS);
        assertThat(begin)
                .anyMatch(line -> line.contains("<artifactId>coord-spring-boot-starter</artifactId>"))
                .anyMatch(line -> line.startsWith("spring.application.name="))
                .anyMatch(line -> line.strip().equals("@LeaderOnly"))
                .anyMatch(line -> line.contains("/actuator/health"));
    }
}
