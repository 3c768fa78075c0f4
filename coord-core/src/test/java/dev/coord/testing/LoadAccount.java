package dev.coord.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * How far a worker has come, in a mapped file that outlives it: the number of the last step that it submitted, and of the last
 * one that was acknowledged, which are equal or one apart.
 */
public final class LoadAccount {
    private static final VarHandle WORD = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int SUBMITTED = 0;
    private static final int ACKNOWLEDGED = 8;
    private static final int WRONG = 16;
    private static final int SIZE = 24;

    private final Path file;
    private final MappedByteBuffer map;

    private LoadAccount(Path file, MappedByteBuffer map) {
        this.file = file;
        this.map = map;
    }

    public static LoadAccount open(Path file) {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new LoadAccount(file, channel.map(MapMode.READ_WRITE, 0, SIZE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whose account it is. */
    public String worker() {
        return file.getFileName().toString();
    }

    public long submitted() {
        return (long) WORD.getVolatile(map, SUBMITTED);
    }

    public void submit(long step) {
        WORD.setVolatile(map, SUBMITTED, step);
    }

    public long acknowledged() {
        return (long) WORD.getVolatile(map, ACKNOWLEDGED);
    }

    public void acknowledge(long step) {
        WORD.setVolatile(map, ACKNOWLEDGED, step);
    }

    /** The first step that got a wrong answer; 0 if none did. */
    public long wrong() {
        return (long) WORD.getVolatile(map, WRONG);
    }

    public void noteWrong(long step) {
        WORD.compareAndSet(map, WRONG, 0L, step);
    }

    @Override
    public String toString() {
        return worker() + ": " + acknowledged() + " of " + submitted() + " steps acknowledged";
    }
}
