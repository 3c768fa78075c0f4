package dev.coord.store.jdbc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.coord.proto.WorldEntryRecord;
import dev.coord.store.StoredEntry;
import java.io.IOException;
import java.sql.SQLException;

/** The number of a log entry and its term, which come first: the rest, much more, is not read. */
record EntryNumber(long seqno, long term) {
    static EntryNumber of(StoredEntry entry) throws SQLException {
        CodedInputStream fields = CodedInputStream.newInstance(entry.encoded());
        long seqno = 0;
        long term = 0;
        try {
            for (int tag = fields.readTag(); tag != 0; tag = fields.readTag()) {
                int field = WireFormat.getTagFieldNumber(tag);
                if (field == WorldEntryRecord.SEQNO_FIELD_NUMBER) {
                    seqno = fields.readUInt64();
                } else if (field == WorldEntryRecord.TERM_FIELD_NUMBER) {
                    term = fields.readUInt64();
                } else {
                    break;
                }
            }
        } catch (IOException e) {
            throw new SQLException("An entry of a world's log cannot be read: " + e.getMessage(), e);
        }
        return new EntryNumber(seqno, term);
    }
}
