package dev.coord.store.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of a journal's files: {@code <name>.journal} is the mark, {@code <name>.journal.<n>} the segment whose first operation
 * has the number n.
 *
 * @param name of the database that the journal belongs to, without a suffix
 */
public record JournalFiles(Disk disk, Path directory, String name) {
    private static final String SUFFIX = ".journal";
    private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,17}");

    /** A segment by its name. */
    record Named(Path file, long first) {}

    /** The file that says how far the journal is, and names it. */
    public Path mark() {
        return directory.resolve(name + SUFFIX);
    }

    Path segment(long first) {
        return directory.resolve(name + SUFFIX + "." + first);
    }

    /** The segments that are there, in the order of their numbers. */
    List<Named> segments() throws IOException {
        String prefix = name + SUFFIX + ".";
        List<Named> found = new ArrayList<>();
        for (Path file : disk.list(directory)) {
            String candidate = file.getFileName().toString();
            if (candidate.startsWith(prefix)) {
                Matcher number = NUMBER.matcher(candidate.substring(prefix.length()));
                if (number.matches()) {
                    found.add(new Named(file, Long.parseLong(number.group())));
                }
            }
        }
        found.sort(Comparator.comparingLong(Named::first));
        return found;
    }

    /** Whether an owner ever opened this journal. If it did, there was a database of that name. */
    public boolean isInUse() throws IOException {
        return disk.list(directory).stream().anyMatch(file -> file.getFileName().equals(mark().getFileName()));
    }

    /** The segment with the lowest number; 0 if there is none. */
    public long first() throws IOException {
        List<Named> segments = segments();
        return segments.isEmpty() ? 0 : segments.get(0).first();
    }

    /** Whether there is any file of this journal. */
    public boolean exists() throws IOException {
        return isInUse() || !segments().isEmpty();
    }

    /** Removes the journal. */
    public void delete() throws IOException {
        for (Named segment : segments()) {
            disk.delete(segment.file());
        }
        disk.delete(mark());
    }
}
