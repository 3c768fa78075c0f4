package dev.coord.store.journal;

import dev.coord.store.journal.JournalFormat.Header;
import dev.coord.store.journal.JournalFormat.Mark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole journal, and judges what it finds; changes nothing. What cannot be read at the end is no damage if nobody was told
 * of it: it was being written when the process died, or the power failed.
 */
final class JournalReader {
    /** Numbers further away than this are no numbers of records that follow. */
    private static final long NEAR = 1L << 32;

    private final JournalFiles files;
    private final long epoch;
    private final long boot;

    /** A file as it was read. */
    private record Content(
            Path file,
            long first,
            ByteBuffer bytes,
            @Nullable Header header) {}

    /**
     * A segment that counts. It has the operations from {@code first} to {@code last}, which is lower if it has none.
     *
     * @param end the end of the last good record
     */
    record Part(Path file, long first, long last, ByteBuffer bytes, int end) {
        boolean isCut() {
            return end < bytes.limit();
        }
    }

    /**
     * A journal that can be gone on with.
     *
     * @param parts in order, without a gap, at least one
     * @param rest files that do not count
     * @param forced the last operation that is known to be on the disk
     * @param acknowledged the last operation that somebody was told of, as far as is known
     * @param marked whether an owner had opened it
     */
    record Contents(List<Part> parts, List<Path> rest, long forced, long acknowledged, boolean marked) {
        long first() {
            return parts.get(0).first();
        }

        long last() {
            return parts.get(parts.size() - 1).last();
        }
    }

    /** @param boot tells the time between two starts of the machine from others; 0 if that cannot be told */
    JournalReader(JournalFiles files, long epoch, long boot) {
        this.files = files;
        this.epoch = epoch;
        this.boot = boot;
    }

    /**
     * Reads the journal. The mark first: what it speaks of is in the segments by then, also while an owner is appending to them.
     *
     * @throws DamagedJournalException if something is missing, or cannot be read, that was on the disk or that somebody was told of
     */
    Contents read() throws IOException {
        Mark mark = readMark();
        List<Content> contents = readSegments();
        List<Path> rest = new ArrayList<>();
        while (contents.stream()
                .skip(1)
                .anyMatch(later -> later.header() != null && later.header().anew())) {
            rest.add(contents.remove(0).file());
        }
        List<Part> parts = new ArrayList<>();
        long forced = mark == null ? 0 : mark.forced();
        long next = contents.get(0).first();
        boolean whole = true;
        while (whole && !contents.isEmpty()) {
            Content content = contents.get(0);
            Header header = content.header();
            whole = header != null && content.first() == next;
            if (header != null && whole) {
                Part part = part(content);
                parts.add(part);
                next = part.last() + 1;
                forced = Math.max(forced, Math.max(header.forced(), lastForced(part)));
                whole = !part.isCut();
                if (whole) {
                    contents.remove(0);
                }
            }
        }
        check(mark, next, parts, contents, forced);
        contents.stream()
                .map(Content::file)
                .filter(file -> parts.stream().noneMatch(part -> part.file().equals(file)))
                .forEach(rest::add);
        return new Contents(parts, rest, forced, mark == null ? forced : mark.acknowledged(), mark != null);
    }

    /** @param broken the files from the first one on that is not good up to its end */
    private void check(@Nullable Mark mark, long next, List<Part> parts, List<Content> broken, long forced)
            throws IOException {
        Path where = broken.isEmpty()
                ? parts.get(parts.size() - 1).file()
                : broken.get(0).file();
        if (parts.isEmpty()) {
            throw new DamagedJournalException(where, "does not begin like a segment of a journal");
        }
        if (mark == null && !broken.isEmpty()) {
            // Its owner had not written to it yet.
            throw new DamagedJournalException(where, "cannot be read to its end");
        }
        long told = mark == null ? 0 : mark.forced();
        if (mark != null && boot != 0 && mark.boot() == boot) {
            told = Math.max(told, mark.acknowledged());
        }
        told = Math.max(told, forced);
        for (Content content : broken) {
            told = Math.max(told, forcedIn(content, next));
        }
        if (next <= told) {
            throw new DamagedJournalException(
                    where, "does not have operation " + next + ", though the journal had all up to " + told);
        }
    }

    private @Nullable Mark readMark() throws IOException {
        Path file = files.mark();
        if (!files.isInUse()) {
            return null;
        }
        ByteBuffer bytes = bytes(file);
        if (bytes.limit() < JournalFormat.MARK) {
            // It was being made, and nothing had been appended.
            return null;
        }
        Mark mark = JournalFormat.mark(bytes);
        if (mark == null || bytes.limit() > JournalFormat.MARK) {
            throw new DamagedJournalException(file, "is not what says how far a journal is");
        }
        checkVersion(file, mark.version());
        if (mark.epoch() != epoch) {
            throw new DamagedJournalException(file, "is of epoch " + mark.epoch() + ", not " + epoch);
        }
        return mark;
    }

    private List<Content> readSegments() throws IOException {
        List<Content> contents = new ArrayList<>();
        for (JournalFiles.Named named : files.segments()) {
            ByteBuffer bytes = bytes(named.file());
            Header header = JournalFormat.header(bytes);
            if (header != null) {
                checkVersion(named.file(), header.version());
                if (header.epoch() != epoch || header.first() != named.first()) {
                    throw new DamagedJournalException(
                            named.file(),
                            "begins with operation " + header.first() + " of epoch " + header.epoch()
                                    + ", which its name does not say");
                }
            }
            contents.add(new Content(named.file(), named.first(), bytes, header));
        }
        if (contents.isEmpty()) {
            throw new DamagedJournalException(files.segment(1), "is missing, as are all other segments of the journal");
        }
        return contents;
    }

    private static void checkVersion(Path file, int version) throws IOException {
        if (version != JournalFormat.VERSION) {
            throw new IOException(file + " is of version " + version + ", but this coord knows only version "
                    + JournalFormat.VERSION + ": use the newer coord that made it");
        }
    }

    private ByteBuffer bytes(Path file) throws IOException {
        try (Disk.File opened = files.disk().open(file)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(opened.size()));
            opened.read(bytes, 0);
            return bytes.flip();
        } catch (NoSuchFileException e) {
            // Removed since it was listed, by an owner that still runs.
            throw new DamagedJournalException(file, "was removed while it was read");
        }
    }

    private static Part part(Content content) {
        ByteBuffer bytes = content.bytes();
        int at = JournalFormat.HEADER;
        long next = content.first();
        while (JournalFormat.numberAt(bytes, at) == next) {
            at += JournalFormat.sizeAt(bytes, at);
            next++;
        }
        return new Part(content.file(), content.first(), next - 1, bytes, at);
    }

    private static long lastForced(Part part) {
        long forced = 0;
        for (int at = JournalFormat.HEADER; at < part.end(); at += JournalFormat.sizeAt(part.bytes(), at)) {
            forced = Math.max(forced, JournalFormat.forcedAt(part.bytes(), at));
        }
        return forced;
    }

    /** What {@code content}, in which {@code missing} is not, says was forced: good records can stand behind a bad one. */
    private static long forcedIn(Content content, long missing) {
        Header header = content.header();
        long forced = header == null ? 0 : header.forced();
        ByteBuffer bytes = content.bytes();
        for (int at = 0; at <= bytes.limit() - JournalFormat.RECORD_HEADER; at++) {
            long number = bytes.getLong(at + Integer.BYTES);
            if (number > missing && number < missing + NEAR && JournalFormat.numberAt(bytes, at) == number) {
                forced = Math.max(forced, JournalFormat.forcedAt(bytes, at));
            }
        }
        return forced;
    }
}
