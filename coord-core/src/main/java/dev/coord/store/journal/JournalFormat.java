package dev.coord.store.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a journal. A segment is a header and records one after the other; the mark is a small file of its own. All numbers
 * are big-endian, and every part has a CRC-32C over the rest of it.
 */
final class JournalFormat {
    static final int VERSION = 1;
    /** Magic, version, epoch, number of the first record, what was forced when the segment was begun, whether it begins anew, CRC. */
    static final int HEADER = 8 + 4 + 8 + 8 + 8 + 1 + 4;
    /** Length of the payload, number, time, what was forced when it was written, CRC; then the payload. */
    static final int RECORD_HEADER = 4 + 8 + 8 + 8 + 4;
    /** Magic, version, epoch, boot, acknowledged, forced, CRC. */
    static final int MARK = 8 + 4 + 8 + 8 + 8 + 8 + 4;

    private static final long SEGMENT_MAGIC = 0x636f6f72642d6a6fL; // "coord-jo"
    private static final long MARK_MAGIC = 0x636f6f72642d6d61L; // "coord-ma"
    private static final int CRC = 4;

    private JournalFormat() {}

    /**
     * What a segment begins with.
     *
     * @param anew what has lower numbers is in the database, and on the disk: no earlier segment counts
     */
    record Header(int version, long epoch, long first, long forced, boolean anew) {}

    /**
     * How far a journal was when it was last heard of.
     *
     * @param boot in which it was written
     * @param acknowledged the last operation that anybody was told of; what stands here holds only as long as the machine has not
     *     been restarted, as this file may have reached the disk before the journal did
     * @param forced the last operation that is known to be on the disk
     */
    record Mark(int version, long epoch, long boot, long acknowledged, long forced) {}

    static ByteBuffer header(long epoch, long first, long forced, boolean anew) {
        return sealed(ByteBuffer.allocate(HEADER)
                .putLong(SEGMENT_MAGIC)
                .putInt(VERSION)
                .putLong(epoch)
                .putLong(first)
                .putLong(forced)
                .put((byte) (anew ? 1 : 0)));
    }

    /** The header that {@code bytes} begin with, or null. */
    static @Nullable Header header(ByteBuffer bytes) {
        if (!isSealed(bytes, HEADER) || bytes.getLong(0) != SEGMENT_MAGIC) {
            return null;
        }
        return new Header(bytes.getInt(8), bytes.getLong(12), bytes.getLong(20), bytes.getLong(28), bytes.get(36) != 0);
    }

    static ByteBuffer mark(long epoch, long boot, long acknowledged, long forced) {
        return sealed(ByteBuffer.allocate(MARK)
                .putLong(MARK_MAGIC)
                .putInt(VERSION)
                .putLong(epoch)
                .putLong(boot)
                .putLong(acknowledged)
                .putLong(forced));
    }

    static @Nullable Mark mark(ByteBuffer bytes) {
        if (!isSealed(bytes, MARK) || bytes.getLong(0) != MARK_MAGIC) {
            return null;
        }
        return new Mark(bytes.getInt(8), bytes.getLong(12), bytes.getLong(20), bytes.getLong(28), bytes.getLong(36));
    }

    private static ByteBuffer sealed(ByteBuffer bytes) {
        return bytes.putInt(crc(bytes, 0, bytes.position())).flip();
    }

    private static boolean isSealed(ByteBuffer bytes, int size) {
        return bytes.limit() >= size && bytes.getInt(size - CRC) == crc(bytes, 0, size - CRC);
    }

    /** Writes a record; the position of {@code to} is after it. */
    static void record(ByteBuffer to, long number, long time, long forced, byte[] payload) {
        int start = to.position();
        to.putInt(payload.length).putLong(number).putLong(time).putLong(forced);
        to.putInt(recordCrc(to, start, payload));
        to.put(payload);
    }

    private static int recordCrc(ByteBuffer bytes, int start, byte[] payload) {
        var crc = new CRC32C();
        crc.update(bytes.duplicate().position(start).limit(start + RECORD_HEADER - CRC));
        crc.update(payload);
        return (int) crc.getValue();
    }

    /** The number of the record at {@code start}, if a whole and good one stands there; else -1. */
    static long numberAt(ByteBuffer bytes, int start) {
        if (bytes.limit() - start < RECORD_HEADER) {
            return -1;
        }
        int length = bytes.getInt(start);
        if (length < 0 || length > bytes.limit() - start - RECORD_HEADER) {
            return -1;
        }
        var crc = new CRC32C();
        crc.update(bytes.duplicate().position(start).limit(start + RECORD_HEADER - CRC));
        crc.update(bytes.duplicate().position(start + RECORD_HEADER).limit(start + RECORD_HEADER + length));
        return (int) crc.getValue() == bytes.getInt(start + RECORD_HEADER - CRC) ? bytes.getLong(start + 4) : -1;
    }

    static int sizeAt(ByteBuffer bytes, int start) {
        return RECORD_HEADER + bytes.getInt(start);
    }

    static long timeAt(ByteBuffer bytes, int start) {
        return bytes.getLong(start + 12);
    }

    static long forcedAt(ByteBuffer bytes, int start) {
        return bytes.getLong(start + 20);
    }

    static byte[] payloadAt(ByteBuffer bytes, int start) {
        var payload = new byte[bytes.getInt(start)];
        bytes.get(start + RECORD_HEADER, payload);
        return payload;
    }

    private static int crc(ByteBuffer bytes, int from, int to) {
        var crc = new CRC32C();
        crc.update(bytes.duplicate().position(from).limit(to));
        return (int) crc.getValue();
    }
}
