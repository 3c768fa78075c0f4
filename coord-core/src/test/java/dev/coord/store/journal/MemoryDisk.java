package dev.coord.store.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Files in memory, so that a test can try thousands of them. Not safe for use by many threads. */
final class MemoryDisk implements Disk {
    private final Map<Path, byte[]> files = new TreeMap<>();
    private boolean broken;

    /** Whether forcing fails. */
    void setBroken(boolean broken) {
        this.broken = broken;
    }

    /** What there is, which the caller may change. */
    Map<Path, byte[]> copy() {
        Map<Path, byte[]> copy = new TreeMap<>();
        files.forEach((file, content) -> copy.put(file, content.clone()));
        return copy;
    }

    /** Puts {@code contents} in place of all that there is. */
    void replaceAll(Map<Path, byte[]> contents) {
        files.clear();
        contents.forEach((file, content) -> files.put(file, content.clone()));
    }

    byte[] content(Path file) {
        return files.get(file);
    }

    void put(Path file, byte[] content) {
        files.put(file, content);
    }

    @Override
    public File create(Path file) throws IOException {
        if (files.putIfAbsent(file, new byte[0]) != null) {
            throw new FileAlreadyExistsException(file.toString());
        }
        return new Opened(file);
    }

    @Override
    public File open(Path file) throws IOException {
        if (!files.containsKey(file)) {
            throw new NoSuchFileException(file.toString());
        }
        return new Opened(file);
    }

    @Override
    public List<Path> list(Path directory) {
        return List.copyOf(files.keySet());
    }

    @Override
    public void delete(Path file) {
        files.remove(file);
    }

    @Override
    public void link(Path name, Path existing) {
        throw new UnsupportedOperationException("A journal links no files");
    }

    @Override
    public void move(Path file, Path to) {
        throw new UnsupportedOperationException("A journal moves no files");
    }

    @Override
    public long boot() {
        throw new UnsupportedOperationException("A journal is told");
    }

    @Override
    public String h2Prefix() {
        throw new UnsupportedOperationException("A journal has no H2 in it");
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        checkWorks();
    }

    private void checkWorks() throws IOException {
        if (broken) {
            throw new IOException("Input/output error");
        }
    }

    private final class Opened implements File {
        private final Path name;

        Opened(Path name) {
            this.name = name;
        }

        @Override
        public void write(ByteBuffer bytes, long position) {
            int end = (int) position + bytes.remaining();
            byte[] content = files.get(name);
            byte[] longer = Arrays.copyOf(content, Math.max(content.length, end));
            bytes.get(longer, (int) position, bytes.remaining());
            files.put(name, longer);
        }

        @Override
        public void read(ByteBuffer bytes, long position) {
            byte[] content = files.get(name);
            int count = Math.min(bytes.remaining(), content.length - (int) position);
            bytes.put(content, (int) position, count);
        }

        @Override
        public long size() {
            return files.get(name).length;
        }

        @Override
        public void truncate(long size) {
            files.put(name, Arrays.copyOf(files.get(name), (int) size));
        }

        @Override
        public void force() throws IOException {
            checkWorks();
        }

        @Override
        public void close() {}
    }
}
