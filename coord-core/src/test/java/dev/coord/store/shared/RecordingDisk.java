package dev.coord.store.shared;

import dev.coord.store.journal.Disk;
import dev.coord.transport.PathNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * One directory of the operating system's file system, of which it is known what a power cut may leave of it: all that is written
 * through this disk, by H2 too, is noted. Nothing is forced really, which takes long. Each write and each forcing can be made to
 * fail.
 *
 * <p>After a cut, a file has what was forced, and of the rest, for each part of it that a disk writes as a whole, what it had at any
 * time since then; and a name that was not forced stands for any of the files that it stood for since.
 */
final class RecordingDisk implements Disk, AutoCloseable {
    private static final Map<Path, RecordingDisk> RECORDING = new ConcurrentHashMap<>();
    private static final String SCHEME = "recorded";
    /** What a disk writes as a whole, or not at all; and what the operating system does. */
    private static final int[] UNITS = {512, 4096};

    static {
        FilePath.register(new H2Path());
    }

    private final Path root;
    private final long boot;
    private final List<Event> events = new ArrayList<>();
    private final Map<Path, Inode> names = new HashMap<>();
    private int begun;
    private volatile Fault fault = (call, file) -> {};

    /** What can be made to fail. */
    enum Call {
        WRITE,
        FORCE
    }

    /** Asked before each call; what it throws, the call throws. */
    interface Fault {
        void before(Call call, Path file) throws IOException;
    }

    /** A file, whatever names it has. */
    private static final class Inode {
        private final int number;

        Inode(int number) {
            this.number = number;
        }

        @Override
        public String toString() {
            return "file " + number;
        }
    }

    private interface Event {}

    @SuppressWarnings("ArrayRecordComponent") // Nobody changes it, or compares it.
    private record Written(Inode inode, long position, byte[] bytes) implements Event {}

    private record Cut(Inode inode, long size) implements Event {}

    /** Everything before {@code from} is on the disk from here on. */
    private record Forced(Inode inode, int from) implements Event {}

    /** What was not forced before may never come to the disk, and forcing again says nothing of it. */
    private record ForceFailed(Inode inode) implements Event {}

    /** {@code name} stands for {@code inode} from here on; for nothing if that is null. */
    private record Named(Path name, Inode inode, Path noLonger) implements Event {}

    private record NamesForced(int from) implements Event {}

    private RecordingDisk(Path root, long boot) {
        this.root = root;
        this.boot = boot;
    }

    /** Begins with what is in {@code root}, all of it on the disk. */
    static RecordingDisk begin(Path root, long boot) throws IOException {
        var disk = new RecordingDisk(root, boot);
        try (var files = Files.list(root)) {
            for (Path file : files.toList()) {
                Inode inode = disk.named(file);
                disk.events.add(new Written(inode, 0, Files.readAllBytes(file)));
                disk.events.add(new Forced(inode, disk.events.size()));
            }
        }
        disk.events.add(new NamesForced(disk.events.size()));
        disk.begun = disk.events.size();
        RECORDING.put(root, disk);
        return disk;
    }

    /** H2 cannot use it any more. */
    @Override
    public void close() {
        RECORDING.remove(root, this);
    }

    void setFault(Fault fault) {
        this.fault = fault;
    }

    /** What {@link #size} was when there was nothing but what it began with. */
    int begun() {
        return begun;
    }

    /** How much is recorded. */
    synchronized int size() {
        return events.size();
    }

    /**
     * Puts into {@code empty} what may be there after the power failed when {@code length} events were recorded.
     *
     * @return the highest epoch that any name spoke of by then; 0 if none did
     */
    synchronized long cut(int length, Random random, Path empty) throws IOException {
        Map<Inode, List<Event>> pending = new HashMap<>();
        Map<Inode, Content> durable = new HashMap<>();
        Map<Path, Inode> durableNames = new TreeMap<>();
        List<Integer> pendingNames = new ArrayList<>();
        Map<Inode, List<Integer>> times = new HashMap<>();
        long epoch = 0;
        for (int i = 0; i < length; i++) {
            Event event = events.get(i);
            if (event instanceof Written written) {
                pending.computeIfAbsent(written.inode(), any -> new ArrayList<>())
                        .add(written);
                times.computeIfAbsent(written.inode(), any -> new ArrayList<>()).add(i);
            } else if (event instanceof Cut cut) {
                pending.computeIfAbsent(cut.inode(), any -> new ArrayList<>()).add(cut);
                times.computeIfAbsent(cut.inode(), any -> new ArrayList<>()).add(i);
            } else if (event instanceof Forced forced) {
                List<Event> changes = pending.getOrDefault(forced.inode(), List.of());
                List<Integer> when = times.getOrDefault(forced.inode(), List.of());
                Content content = durable.computeIfAbsent(forced.inode(), any -> new Content());
                int done = 0;
                while (done < changes.size() && when.get(done) < forced.from()) {
                    content.change(changes.get(done));
                    done++;
                }
                if (done > 0) {
                    changes.subList(0, done).clear();
                    when.subList(0, done).clear();
                }
            } else if (event instanceof ForceFailed failed) {
                durable.computeIfAbsent(failed.inode(), any -> new Content())
                        .changeSome(pending.getOrDefault(failed.inode(), List.of()), random);
                pending.remove(failed.inode());
                times.remove(failed.inode());
            } else if (event instanceof Named named) {
                pendingNames.add(i);
                epoch = Math.max(epoch, epochIn(named.name()));
            } else if (event instanceof NamesForced forced) {
                int done = 0;
                while (done < pendingNames.size() && pendingNames.get(done) < forced.from()) {
                    apply((Named) events.get(pendingNames.get(done)), durableNames);
                    done++;
                }
                pendingNames.subList(0, done).clear();
            }
        }
        double kept = share(random);
        for (int i : pendingNames) {
            if (random.nextDouble() < kept) {
                apply((Named) events.get(i), durableNames);
            }
        }
        Map<Inode, Path> written = new HashMap<>();
        for (Map.Entry<Path, Inode> name : durableNames.entrySet()) {
            Inode inode = name.getValue();
            Path file = empty.resolve(name.getKey().getFileName());
            Path first = written.putIfAbsent(inode, file);
            if (first != null) {
                Files.createLink(file, first);
            } else {
                Content content = durable.computeIfAbsent(inode, any -> new Content());
                content.changeSome(pending.getOrDefault(inode, List.of()), random);
                Files.write(file, content.toBytes());
            }
        }
        return epoch;
    }

    private static long epochIn(Path name) {
        String[] parts = name.getFileName().toString().split("\\.", -1);
        return parts.length > 1 && parts[0].equals("coord") && parts[1].matches("\\d+") ? Long.parseLong(parts[1]) : 0;
    }

    private static void apply(Named named, Map<Path, Inode> to) {
        if (named.noLonger() != null) {
            to.remove(named.noLonger());
        }
        if (named.inode() == null) {
            to.remove(named.name());
        } else {
            to.put(named.name(), named.inode());
        }
    }

    /** All, nothing, few, many. */
    private static double share(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> 1;
            case 2 -> 0.1;
            case 3 -> 0.9;
            default -> 0.5;
        };
    }

    /** What a file has. */
    private static final class Content {
        private byte[] bytes = new byte[4096];
        private int size;

        private void resize(int to) {
            if (to > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(to, bytes.length * 2));
            } else if (to < size) {
                Arrays.fill(bytes, to, size, (byte) 0);
            }
            size = to;
        }

        private void put(byte[] from, int offset, int at, int length) {
            resize(Math.max(size, at + length));
            System.arraycopy(from, offset, bytes, at, length);
        }

        void change(Event change) {
            if (change instanceof Cut cut) {
                resize((int) cut.size());
            } else {
                var written = (Written) change;
                put(written.bytes(), 0, (int) written.position(), written.bytes().length);
            }
        }

        /** Makes those of {@code changes}, which were not forced, that may have come to the disk. */
        void changeSome(List<Event> changes, Random random) {
            double kept = share(random);
            int unit = UNITS[random.nextInt(UNITS.length)];
            int longest = size;
            // What came to a unit later than the first loss is lost, too: it was written earlier, or not at all.
            Set<Integer> lost = new HashSet<>();
            for (Event change : changes) {
                if (change instanceof Cut) {
                    if (random.nextDouble() < kept) {
                        change(change);
                        longest = size;
                    }
                } else {
                    var written = (Written) change;
                    int begin = (int) written.position();
                    int end = begin + written.bytes().length;
                    longest = Math.max(longest, end);
                    int next;
                    for (int at = begin; at < end; at = next) {
                        next = Math.min(end, (at / unit + 1) * unit);
                        if (!lost.contains(at / unit)) {
                            if (random.nextDouble() < kept) {
                                put(written.bytes(), at - begin, at, next - at);
                            } else {
                                lost.add(at / unit);
                            }
                        }
                    }
                }
            }
            if (random.nextBoolean()) {
                // The length can be there before the content is.
                resize(Math.max(size, longest));
            }
        }

        byte[] toBytes() {
            return Arrays.copyOf(bytes, size);
        }
    }

    private synchronized Inode named(Path file) {
        var inode = new Inode(events.size());
        names.put(file, inode);
        events.add(new Named(file, inode, null));
        return inode;
    }

    @Override
    public File create(Path file) throws IOException {
        fault.before(Call.WRITE, file);
        File made = SYSTEM.create(file);
        return new Recorded(made, file, named(file));
    }

    @Override
    public File open(Path file) throws IOException {
        return new Recorded(SYSTEM.open(file), file, inode(file));
    }

    private synchronized Inode inode(Path file) {
        Inode inode = names.get(file);
        if (inode == null) {
            throw new IllegalStateException(file + " was not made on this disk");
        }
        return inode;
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return SYSTEM.list(directory);
    }

    @Override
    public synchronized void delete(Path file) throws IOException {
        SYSTEM.delete(file);
        if (names.remove(file) != null) {
            events.add(new Named(file, null, null));
        }
    }

    @Override
    public synchronized void link(Path name, Path existing) throws IOException {
        fault.before(Call.WRITE, name);
        SYSTEM.link(name, existing);
        Inode inode = inode(existing);
        names.put(name, inode);
        events.add(new Named(name, inode, null));
    }

    @Override
    public synchronized void move(Path file, Path to) throws IOException {
        fault.before(Call.WRITE, to);
        SYSTEM.move(file, to);
        Inode inode = inode(file);
        names.remove(file);
        names.put(to, inode);
        events.add(new Named(to, inode, file));
    }

    @Override
    public synchronized void forceDirectory(Path directory) throws IOException {
        fault.before(Call.FORCE, directory);
        events.add(new NamesForced(events.size()));
    }

    @Override
    public long boot() {
        return boot;
    }

    @Override
    public String h2Prefix() {
        return SCHEME + ":";
    }

    private synchronized void wrote(Inode inode, ByteBuffer bytes, long position) {
        var copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        events.add(new Written(inode, position, copy));
    }

    private synchronized void truncated(Inode inode, long size) {
        events.add(new Cut(inode, size));
    }

    private void force(Inode inode, Path file) throws IOException {
        int from = size();
        try {
            fault.before(Call.FORCE, file);
        } catch (IOException e) {
            synchronized (this) {
                events.add(new ForceFailed(inode));
            }
            throw e;
        }
        synchronized (this) {
            events.add(new Forced(inode, from));
        }
    }

    private final class Recorded implements File {
        private final File file;
        private final Path name;
        private final Inode inode;

        Recorded(File file, Path name, Inode inode) {
            this.file = file;
            this.name = name;
            this.inode = inode;
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            try {
                fault.before(Call.WRITE, name);
            } catch (IOException e) {
                // A part of it may be there.
                ByteBuffer part = bytes.duplicate().limit(bytes.position() + bytes.remaining() / 2);
                wrote(inode, part, position);
                file.write(part, position);
                throw e;
            }
            wrote(inode, bytes, position);
            file.write(bytes, position);
        }

        @Override
        public void read(ByteBuffer bytes, long position) throws IOException {
            file.read(bytes, position);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            fault.before(Call.WRITE, name);
            if (size < file.size()) {
                truncated(inode, size);
                file.truncate(size);
            }
        }

        @Override
        public void force() throws IOException {
            RecordingDisk.this.force(inode, name);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** A file of H2's on the disk that records its directory. */
    public static final class H2Path extends FilePathWrapper {
        /** For H2, which makes one for each file. */
        public H2Path() {}

        @Override
        public String getScheme() {
            return SCHEME;
        }

        @Override
        protected FilePath unwrap(String path) {
            return FilePath.get(
                    PathNames.decode(path.substring(SCHEME.length() + 1)).toString());
        }

        @Override
        public FileChannel open(String mode) throws IOException {
            Path file = Path.of(getBase().toString());
            RecordingDisk disk = RECORDING.get(file.getParent());
            if (disk == null) {
                throw new IOException(file + " is not recorded any more");
            }
            return disk.new H2Channel(getBase().open(mode), file, disk.inode(file));
        }
    }

    private final class H2Channel extends FileBase {
        private final FileChannel channel;
        private final Path name;
        private final Inode inode;

        H2Channel(FileChannel channel, Path name, Inode inode) {
            this.channel = channel;
            this.name = name;
            this.inode = inode;
        }

        @Override
        public synchronized int write(ByteBuffer bytes, long position) throws IOException {
            fault.before(Call.WRITE, name);
            wrote(inode, bytes, position);
            int all = bytes.remaining();
            for (long at = position; bytes.hasRemaining(); ) {
                at += channel.write(bytes, at);
            }
            return all;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            int written = write(bytes, channel.position());
            channel.position(channel.position() + written);
            return written;
        }

        @Override
        public synchronized int read(ByteBuffer bytes, long position) throws IOException {
            return channel.read(bytes, position);
        }

        @Override
        public int read(ByteBuffer bytes) throws IOException {
            return channel.read(bytes);
        }

        @Override
        public long position() throws IOException {
            return channel.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            channel.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            fault.before(Call.WRITE, name);
            if (size < channel.size()) {
                truncated(inode, size);
                channel.truncate(size);
            }
            return this;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            RecordingDisk.this.force(inode, name);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return channel.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            channel.close();
        }
    }
}
