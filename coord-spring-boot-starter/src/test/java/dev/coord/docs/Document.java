package dev.coord.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * README or a page of {@code docs/}.
 *
 * @param path where it is, seen from the module
 */
record Document(Path path, List<String> lines) {
    static final Path ROOT = Path.of("..");

    /** The module for applications' tests, which is built after this one: its sources are looked at. */
    static final Path TEST_SUPPORT = ROOT.resolve("coord-spring-boot-test");

    private static final Pattern FENCE = Pattern.compile("\\s*```(\\w*)\\s*");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("#{1,6} (.+)");

    /**
     * A fenced block.
     *
     * @param language as the fence says, may be empty
     */
    record Block(Document document, int line, String language, List<String> lines) {
        @Override
        public String toString() {
            return document.path.getFileName() + ":" + line;
        }
    }

    /** A word or a link, and where it is. */
    record Found(Document document, int line, String text) {
        @Override
        public String toString() {
            return document.path.getFileName() + ":" + line + " " + text;
        }
    }

    static Document readme() {
        return read(ROOT.resolve("README.md"));
    }

    static Document page(String name) {
        return read(ROOT.resolve("docs").resolve(name));
    }

    /** README, and all pages. */
    static List<Document> all() {
        try (Stream<Path> pages = Files.list(ROOT.resolve("docs"))) {
            return Stream.concat(
                            Stream.of(readme()),
                            pages.filter(page -> page.toString().endsWith(".md"))
                                    .sorted()
                                    .map(Document::read))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Document read(Path path) {
        try {
            return new Document(path, Files.readAllLines(path));
        } catch (IOException e) {
            throw new AssertionError("no page " + path, e);
        }
    }

    static Stream<Block> allBlocks(String... languages) {
        return all().stream()
                .flatMap(document -> document.blocks().stream())
                .filter(block -> List.of(languages).contains(block.language()));
    }

    /** What stands between backticks in the text. */
    static Stream<Found> allCode() {
        return all().stream().flatMap(document -> document.find(CODE));
    }

    List<Block> blocks() {
        var blocks = new ArrayList<Block>();
        List<String> inside = null;
        for (int i = 0; i < lines.size(); i++) {
            var fence = FENCE.matcher(lines.get(i));
            if (!fence.matches()) {
                if (inside != null) {
                    inside.add(lines.get(i));
                }
            } else if (inside == null) {
                inside = new ArrayList<>();
                blocks.add(new Block(this, i + 2, fence.group(1), inside));
            } else {
                inside = null;
            }
        }
        return blocks;
    }

    /** The targets of links and pictures. */
    Stream<Found> links() {
        return find(LINK);
    }

    /** What is found outside of blocks. */
    private Stream<Found> find(Pattern pattern) {
        var found = new ArrayList<Found>();
        boolean inside = false;
        for (int i = 0; i < lines.size(); i++) {
            if (FENCE.matcher(lines.get(i)).matches()) {
                inside = !inside;
            } else if (!inside) {
                for (MatchResult match : pattern.matcher(lines.get(i)).results().toList()) {
                    found.add(new Found(this, i + 1, match.group(1)));
                }
            }
        }
        return found.stream();
    }

    /** What a link can lead to, as GitHub makes it of the headings. */
    List<String> anchors() {
        return find(Pattern.compile("^" + HEADING.pattern()))
                .map(heading -> heading.text()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    /** The rows of its tables whose first cell is code, by cells. */
    List<List<String>> rows() {
        return lines.stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> List.of(line.substring(1, line.length() - 1).split("\\|")).stream()
                        .map(String::strip)
                        .toList())
                .toList();
    }
}
