package dev.coord.store.journal;

import dev.coord.store.journal.JournalReader.Contents;
import dev.coord.store.journal.JournalReader.Part;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operations of one epoch, in order, each with its number, which is one higher than that of the one before. What is appended
 * stays when the process dies; what is forced stays when the power fails.
 *
 * <p>The journal has an owner, who alone appends, on one thread; {@link #forceEarlier} may run on another one. After a failure of
 * a write, or of forcing, nobody knows what is on the disk: every later call fails, too.
 */
public final class Journal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final int BUFFER = 64 * 1024;
    private static final int KEPT_BUFFER = 1024 * 1024;
    /** A segment goes when this many stored states of the database that have all of it are on the disk. */
    private static final int STATES = 2;

    private final JournalFiles files;
    private final long epoch;
    private final long boot;
    private final Disk.File mark;
    private final Deque<Segment> segments = new ArrayDeque<>();
    private final Deque<Long> states = new ArrayDeque<>();
    private final Object forcing = new Object();
    /** Segments that are complete, and not forced yet; guarded by {@code forcing}. */
    private final Deque<Disk.File> earlier = new ArrayDeque<>();

    private List<Part> parts;
    private Disk.File current;
    private long position;
    private long last;
    private long written;
    private long forced;
    private ByteBuffer waiting = ByteBuffer.allocate(BUFFER);
    private volatile boolean failed;

    private record Segment(Path file, long first) {}

    /** An operation of the journal. */
    public interface Visitor<E extends Exception> {
        /**
         * Takes one operation; the next one is read when this returns.
         *
         * @param number of the operation
         * @param time when it was appended, as {@link Journal#add} was told
         * @param payload the operation
         */
        void visit(long number, long time, byte[] payload) throws E;
    }

    private Journal(JournalFiles files, long epoch, long boot, Contents contents, Disk.File current, Disk.File mark) {
        this.files = files;
        this.epoch = epoch;
        this.boot = boot;
        this.parts = contents.parts();
        this.current = current;
        this.mark = mark;
        Part newest = parts.get(parts.size() - 1);
        this.position = newest.end();
        this.last = newest.last();
        this.written = last;
        this.forced = last;
        parts.forEach(part -> segments.add(new Segment(part.file(), part.first())));
    }

    /** Makes the empty journal of a database that has all operations up to {@code applied}, on the disk. */
    public static void create(JournalFiles files, long epoch, long applied) throws IOException {
        begin(files, epoch, applied + 1, applied, true).close();
        ForceFailedException.forceDirectory(files.disk(), files.directory());
    }

    private static Disk.File begin(JournalFiles files, long epoch, long first, long forced, boolean anew)
            throws IOException {
        Disk.File file = files.disk().create(files.segment(first));
        try {
            file.write(JournalFormat.header(epoch, first, forced, anew), 0);
            if (anew) {
                ForceFailedException.force(file, files.segment(first));
            }
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Opens the journal to append to it. What was being written when its last owner died is cut off, and all the rest is forced:
     * from now on it may be shown.
     *
     * @param boot tells the time between two starts of the machine from others; 0 if that cannot be told
     * @throws DamagedJournalException if anything is missing that somebody was told of, or that was forced; nothing is changed then
     */
    public static Journal open(JournalFiles files, long epoch, long boot) throws IOException {
        Contents contents = new JournalReader(files, epoch, boot).read();
        if (contents.last() < contents.acknowledged()) {
            LOG.warn(
                    "After the machine was restarted, {} has operations up to {} only: those up to {} were"
                            + " acknowledged, but not forced to the disk, as coord.store.h2.sync is false",
                    files.mark(),
                    contents.last(),
                    contents.acknowledged());
        }
        for (Path file : contents.rest()) {
            LOG.debug("{} does not count", file);
            files.disk().delete(file);
        }
        Disk.File current = null;
        Disk.File mark = null;
        try {
            for (Part part : contents.parts()) {
                close(current);
                current = files.disk().open(part.file());
                if (part.isCut()) {
                    LOG.info("Cutting off what was half written to {} after operation {}", part.file(), part.last());
                    current.truncate(part.end());
                }
                if (part.isCut() || part.last() > contents.forced()) {
                    ForceFailedException.force(current, part.file());
                }
            }
            mark = files.isInUse()
                    ? files.disk().open(files.mark())
                    : files.disk().create(files.mark());
            mark.write(JournalFormat.mark(epoch, boot, contents.last(), contents.last()), 0);
            if (!contents.marked()) {
                ForceFailedException.force(mark, files.mark());
                ForceFailedException.forceDirectory(files.disk(), files.directory());
            }
            return new Journal(files, epoch, boot, contents, Objects.requireNonNull(current), mark);
        } catch (IOException e) {
            close(current);
            close(mark);
            throw e;
        }
    }

    /**
     * Copies the journal of another epoch, whose owner may still be appending to it: whatever it told anybody before this began is in
     * the copy. The copy is on the disk when this returns.
     *
     * @throws DamagedJournalException as {@link #open} does, or if the owner removed a segment meanwhile
     */
    public static void copy(JournalFiles from, long fromEpoch, JournalFiles to, long toEpoch, long boot)
            throws IOException {
        Contents contents = new JournalReader(from, fromEpoch, boot).read();
        long first = contents.first();
        for (Part part : contents.parts()) {
            try (Disk.File file = begin(to, toEpoch, part.first(), part.first() - 1, part.first() == first)) {
                file.write(
                        part.bytes().duplicate().position(JournalFormat.HEADER).limit(part.end()),
                        JournalFormat.HEADER);
                ForceFailedException.force(file, to.segment(part.first()));
            }
        }
        ForceFailedException.forceDirectory(to.disk(), to.directory());
    }

    /**
     * What a journal has.
     *
     * @param first the number of the oldest operation that it has, or will have
     * @param last the number of the last one; lower than {@code first} if there is none
     * @param acknowledged the number of the last one that somebody was told of, as far as is known
     * @param forced the number of the last one that is known to be on the disk
     * @param segments how many files it has
     * @param bytes the size of them
     * @param unfinished the bytes at the end that were being written when the owner died; they are cut off when it is opened
     */
    public record State(
            long first, long last, long acknowledged, long forced, int segments, long bytes, long unfinished) {}

    /**
     * Reads a journal from its beginning to its end, and checks it, as {@link #open} does; changes nothing. Its owner may be
     * appending to it meanwhile.
     *
     * @throws DamagedJournalException as {@link #open} does, or if the owner removed a segment meanwhile
     */
    public static State inspect(JournalFiles files, long epoch, long boot) throws IOException {
        Contents contents = new JournalReader(files, epoch, boot).read();
        long bytes = 0;
        long unfinished = 0;
        for (Part part : contents.parts()) {
            bytes += part.bytes().limit();
            unfinished += part.bytes().limit() - part.end();
        }
        return new State(
                contents.first(),
                contents.last(),
                contents.acknowledged(),
                contents.forced(),
                contents.parts().size(),
                bytes,
                unfinished);
    }

    /** The number of the oldest operation that it has, or will have. */
    public long first() {
        return segments.getFirst().first();
    }

    /** The number of the last operation; lower than {@link #first} if there is none. */
    public long last() {
        return last;
    }

    /** Shows {@code visitor} the operations after {@code after}, in order. Only before anything is added. */
    public <E extends Exception> void replay(long after, Visitor<E> visitor) throws E {
        List<Part> read = parts;
        parts = List.of();
        for (Part part : read) {
            ByteBuffer bytes = part.bytes();
            int at = JournalFormat.HEADER;
            for (long number = part.first(); number <= part.last(); number++) {
                if (number > after) {
                    visitor.visit(number, JournalFormat.timeAt(bytes, at), JournalFormat.payloadAt(bytes, at));
                }
                at += JournalFormat.sizeAt(bytes, at);
            }
        }
    }

    /**
     * Goes on after {@code applied}, which the database has, and has on the disk. The operations up to there are forgotten.
     *
     * <p>After a power cut, a database can have more than a journal that was not forced.
     */
    public void restart(long applied) throws IOException {
        guarded(() -> {
            List<Segment> forgotten = new ArrayList<>(segments);
            Disk.File begun = begin(files, epoch, applied + 1, applied, true);
            close(current);
            current = begun;
            ForceFailedException.forceDirectory(files.disk(), files.directory());
            segments.clear();
            segments.add(new Segment(files.segment(applied + 1), applied + 1));
            position = JournalFormat.HEADER;
            last = applied;
            written = applied;
            forced = applied;
            parts = List.of();
            acknowledge();
            for (Segment segment : forgotten) {
                files.disk().delete(segment.file());
            }
        });
    }

    /**
     * Adds an operation to those that the next {@link #write} appends.
     *
     * @return its number
     */
    public long add(long time, byte[] payload) {
        int size = JournalFormat.RECORD_HEADER + payload.length;
        if (waiting.remaining() < size) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(waiting.capacity() * 2, waiting.position() + size));
            waiting = larger.put(waiting.flip());
        }
        last++;
        JournalFormat.record(waiting, last, time, forced, payload);
        return last;
    }

    /**
     * Appends what was added: from now on it outlives the process.
     *
     * @throws NoSpaceException if there is no space for it: nothing of it is there, as if it had not been added, and the journal can go
     *     on
     */
    public void write() throws IOException {
        var full = new AtomicReference<@Nullable NoSpaceException>();
        guarded(() -> {
            waiting.flip();
            int size = waiting.remaining();
            try {
                current.write(waiting, position);
                position += size;
                written = last;
            } catch (IOException e) {
                if (!NoSpaceException.isNoSpace(e)) {
                    throw e;
                }
                // Whole operations may be in the part that was written, and come to the disk before the end of the file
                // does.
                current.truncate(position);
                ForceFailedException.force(
                        current, files.segment(segments.getLast().first()));
                last = written;
                full.set(new NoSpaceException(files.segment(segments.getLast().first()), e));
            }
            waiting = waiting.capacity() > KEPT_BUFFER ? ByteBuffer.allocate(BUFFER) : waiting.clear();
        });
        NoSpaceException why = full.get();
        if (why != null) {
            throw why;
        }
    }

    /** Forces all that was written: from now on it outlives a power cut. */
    public void force() throws IOException {
        if (forced == written) {
            return;
        }
        guarded(() -> {
            forceEarlierSegments();
            ForceFailedException.force(current, files.segment(segments.getLast().first()));
            forced = written;
        });
    }

    /** Notes that somebody is about to be told of all that was written: whoever opens this journal without it refuses it. */
    public void acknowledge() throws IOException {
        guarded(() -> mark.write(JournalFormat.mark(epoch, boot, written, forced), 0));
    }

    /** The bytes of the segment that is being written. */
    public long size() {
        return position;
    }

    /** The segments, oldest first. */
    public List<Path> files() {
        return segments.stream().map(Segment::file).toList();
    }

    /** The number of segments that are there. */
    public int segments() {
        return segments.size();
    }

    /** Begins a new segment, so that those before it can be removed some time. */
    public void rotate() throws IOException {
        if (written < segments.getLast().first()) {
            return;
        }
        guarded(() -> {
            Disk.File begun = begin(files, epoch, written + 1, forced, false);
            synchronized (forcing) {
                earlier.add(current);
            }
            current = begun;
            segments.add(new Segment(files.segment(written + 1), written + 1));
            position = JournalFormat.HEADER;
        });
    }

    /** Forces what is in earlier segments than the one that is being written. May be called from any thread. */
    public void forceEarlier() throws IOException {
        guarded(this::forceEarlierSegments);
    }

    private void forceEarlierSegments() throws IOException {
        synchronized (forcing) {
            if (earlier.isEmpty()) {
                return;
            }
            for (Disk.File file = earlier.peek(); file != null; file = earlier.peek()) {
                ForceFailedException.force(file, files.mark());
                file.close();
                earlier.remove();
            }
            ForceFailedException.forceDirectory(files.disk(), files.directory());
        }
    }

    /**
     * A state of the database that has all operations up to {@code applied} is on the disk. Segments go that two such states have
     * whole: after a power cut the last one alone cannot be relied upon, as the header that leads to it may be lost.
     */
    public void stored(long applied) throws IOException {
        states.addLast(applied);
        if (states.size() <= STATES - 1) {
            return;
        }
        while (states.size() > STATES) {
            states.removeFirst();
        }
        long had = states.getFirst();
        guarded(() -> {
            while (segments.size() > 1 && second().first() <= had + 1) {
                files.disk().delete(segments.removeFirst().file());
            }
        });
    }

    private Segment second() {
        var all = segments.iterator();
        all.next();
        return all.next();
    }

    private interface Work {
        void run() throws IOException;
    }

    /** Nothing is tried again after a failure, and nothing else either. */
    private void guarded(Work work) throws IOException {
        if (failed) {
            throw new IOException("The journal " + files.mark() + " is closed, or writing to it failed");
        }
        boolean done = false;
        try {
            work.run();
            done = true;
        } finally {
            if (!done) {
                failed = true;
            }
        }
    }

    /** Closes the files; forces nothing. */
    @Override
    public void close() {
        failed = true;
        synchronized (forcing) {
            earlier.forEach(Journal::close);
            earlier.clear();
        }
        close(current);
        close(mark);
    }

    private static void close(Disk.@Nullable File file) {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.debug("Could not close a file of the journal", e);
            }
        }
    }
}
