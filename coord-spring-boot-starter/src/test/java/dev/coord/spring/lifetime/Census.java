package dev.coord.spring.lifetime;

import io.micrometer.core.instrument.Metrics;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What this JVM has at a moment: threads, shutdown hooks, open files, meters, and files in the places that are coord's or nobody's. */
final class Census {
    private Census() {}

    /** One line for each thing, without the numbers that tell one of a kind from the next. */
    static List<String> take(Path directory) throws Exception {
        var all = new ArrayList<String>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            all.add("thread " + kind(thread.getName()));
        }
        for (Thread hook : hooks()) {
            all.add("hook " + kind(hook.getName()));
        }
        all.addAll(descriptors());
        Metrics.globalRegistry.getRegistries().forEach(registry -> all.add("registry " + registry.getClass()));
        Metrics.globalRegistry.getMeters().forEach(meter -> all.add("meter " + meter.getId()));
        all.addAll(files(directory));
        all.addAll(files(Path.of(System.getProperty("java.io.tmpdir"))));
        all.sort(null);
        return all;
    }

    private static String kind(String name) {
        return name.replaceAll("\\d+", "#");
    }

    @SuppressWarnings("unchecked")
    private static Iterable<Thread> hooks() throws Exception {
        Field hooks = Class.forName("java.lang.ApplicationShutdownHooks").getDeclaredField("hooks");
        hooks.setAccessible(true);
        return ((Map<Thread, Thread>) hooks.get(null)).keySet();
    }

    private static List<String> descriptors() throws IOException {
        var open = new ArrayList<String>();
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : all.toList()) {
                String target = target(descriptor);
                if (!target.matches("/proc/.*|.*\\.jar|.*/modules")) {
                    open.add("descriptor " + kind(target));
                }
            }
        }
        return open;
    }

    /** Empty if it was closed meanwhile, as the one that lists the directory. */
    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "/proc/" + e.getMessage();
        }
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(file -> "file " + directory.relativize(file)).toList();
        }
    }
}
