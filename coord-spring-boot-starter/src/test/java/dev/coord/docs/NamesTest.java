package dev.coord.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.cluster.Coordinator;
import dev.coord.docs.Document.Found;
import dev.coord.spring.OnLeader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The properties, meters, types and methods that the text names exist. */
class NamesTest {
    private static final Pattern COORD = Pattern.compile("coord(\\.[a-z0-9-]+)+(\\.<name>)?(\\.\\*)?");
    private static final Pattern SPRING = Pattern.compile("(?:spring|management|server|logging)(\\.[a-z0-9-]+)+");
    private static final Pattern TYPE =
            Pattern.compile("@?([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)(\\.[A-Z]\\w*)*(?:\\.\\w+)?(?:\\(.*\\))?");
    private static final Pattern METHOD = Pattern.compile("(?:([A-Z]\\w*)\\.)?([a-z]\\w*)\\(.*\\)");
    private static final Pattern METHOD_IN_SOURCE = Pattern.compile("(?m)^ {4}(?:\\w+ )+(\\w+)\\(");

    /** Types of libraries that are not on the class path here. */
    private static final Set<String> ELSEWHERE = Set.of("Transactional");

    @Test
    void propertiesAndMetersExist() {
        Set<String> meters = Document.page("watching-it.md").rows().stream()
                .map(row -> row.get(0).replace("`", ""))
                .collect(Collectors.toSet());
        assertThat(Document.allCode().filter(code -> COORD.matcher(name(code)).matches()))
                .hasSizeGreaterThan(50)
                .allSatisfy(code -> {
                    String name = name(code).replace(".<name>", ".any");
                    boolean prefix = name.endsWith(".*");
                    boolean exists = prefix
                            ? KnownProperties.isPrefix(name.substring(0, name.length() - 2))
                                    || KnownProperties.exists(name)
                            : KnownProperties.exists(name) || meters.contains(name);
                    assertThat(exists).as("%s", code).isTrue();
                });
    }

    @Test
    void propertiesOfSpringExist() {
        assertThat(Document.allCode().filter(code -> SPRING.matcher(name(code)).matches()))
                .hasSizeGreaterThan(5)
                .allSatisfy(code -> assertThat(KnownProperties.exists(name(code)))
                        .as("%s", code)
                        .isTrue());
    }

    /** The name in {@code name=value}. */
    private static String name(Found code) {
        return code.text().replaceFirst("=.*", "");
    }

    @Test
    void typesExist() throws IOException {
        Set<String> types = types();
        assertThat(Document.allCode()).hasSizeGreaterThan(100).allSatisfy(code -> {
            Matcher matcher = TYPE.matcher(code.text());
            if (matcher.matches() && !ELSEWHERE.contains(matcher.group(1))) {
                assertThat(types).as("%s", code).contains(matcher.group(1));
            }
        });
    }

    @Test
    void methodsExist() throws Exception {
        Set<String> methods = methods();
        List<Found> named = Document.allCode()
                .filter(code -> METHOD.matcher(code.text()).matches())
                .toList();
        assertThat(named).hasSizeGreaterThan(20);
        for (Found code : named) {
            Matcher matcher = METHOD.matcher(code.text());
            assertThat(matcher.matches()).isTrue();
            String type = matcher.group(1) == null ? "" : matcher.group(1) + ".";
            assertThat(methods.contains(type + matcher.group(2))).as("%s", code).isTrue();
        }
    }

    /** The simple names of all types on the class path, and of those of the JDK that are named most. */
    private static Set<String> types() throws IOException {
        var names = new HashSet<String>();
        for (String entry : List.of(System.getProperty("java.class.path").split(File.pathSeparator))) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                addTypes(path, names);
            } else if (Files.exists(path)) {
                try (var jar = new JarFile(path.toFile())) {
                    jar.stream().forEach(file -> addType(file.getName(), names));
                }
            }
        }
        for (Path source : testSupport()) {
            addType(source.toString().replace(".java", ".class"), names);
        }
        Path jdk = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules");
        for (String module : List.of("java.base", "java.sql")) {
            addTypes(jdk.resolve(module), names);
        }
        return names;
    }

    private static void addTypes(Path directory, Set<String> names) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.forEach(file -> addType(file.toString(), names));
        }
    }

    private static void addType(String file, Set<String> names) {
        if (file.endsWith(".class")) {
            String name = file.substring(file.lastIndexOf('/') + 1, file.length() - ".class".length());
            names.add(name.substring(name.lastIndexOf('$') + 1));
        }
    }

    /** The methods of our own types, those that they inherit too, each with and without its type. */
    private static Set<String> methods() throws Exception {
        var methods = new TreeSet<String>();
        for (Class<?> ours : List.of(Coordinator.class, OnLeader.class, NamesTest.class)) {
            Path classes = Path.of(
                    ours.getProtectionDomain().getCodeSource().getLocation().toURI());
            for (String type : typeNames(classes)) {
                Class<?> loaded = Class.forName(type, false, NamesTest.class.getClassLoader());
                Stream.of(loaded.getDeclaredMethods(), loaded.getMethods())
                        .flatMap(Arrays::stream)
                        .forEach(method -> {
                            methods.add(method.getName());
                            methods.add(loaded.getSimpleName() + "." + method.getName());
                        });
            }
        }
        for (Path source : testSupport()) {
            String type = source.getFileName().toString().replace(".java", ".");
            METHOD_IN_SOURCE.matcher(Files.readString(source)).results().forEach(method -> {
                methods.add(method.group(1));
                methods.add(type + method.group(1));
            });
        }
        return methods;
    }

    private static List<Path> testSupport() throws IOException {
        try (Stream<Path> files = Files.walk(Document.TEST_SUPPORT.resolve("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    /** The names of the types of coord in a directory or a jar. */
    private static List<String> typeNames(Path classes) throws IOException {
        if (Files.isDirectory(classes)) {
            try (Stream<Path> files = Files.walk(classes)) {
                return typeNames(files.map(file -> classes.relativize(file).toString()));
            }
        }
        try (var jar = new JarFile(classes.toFile())) {
            return typeNames(jar.stream().map(file -> file.getName()));
        }
    }

    private static List<String> typeNames(Stream<String> files) {
        return files.filter(file -> file.matches("dev/coord/(?!internal/|proto/).*\\.class"))
                .filter(file -> !file.endsWith("-info.class"))
                .map(file ->
                        file.substring(0, file.length() - ".class".length()).replace('/', '.'))
                .toList();
    }
}
