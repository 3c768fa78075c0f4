package dev.coord;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.util.JsonFormat;
import dev.coord.proto.CoordProto;
import dev.coord.proto.LeaseClaimMessage;
import dev.coord.proto.LeaseRecord;
import dev.coord.proto.ParticipantRecord;
import dev.coord.proto.ParticipantRole;
import dev.coord.proto.StoreRequest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The records as others may have stored them: in binary, JSON and text form, with fixed field numbers and names. */
class RecordFormsTest {
    private static final ParticipantRecord PARTICIPANT = ParticipantRecord.newBuilder()
            .setPid(0xfffffffe)
            .setRole(ParticipantRole.ParticipantRole_LEADER)
            .setStartTimeNanos(1_700_000_000_123_456_789L)
            .addCapabilities("mail")
            .putAttributes("zone", "b")
            .addCapabilities("ünïcödé \"quoted\"\n")
            .setSrpcSocketPath("/run/coord/coord-4711.sock")
            .setLastHeartbeatNanos(-1)
            .setParticipantId("4711-0123456789abcdef")
            .setGroup("orders")
            .setProcess("host=web-1;pid=4711")
            .setHeartbeats(-1)
            .setHost("web-1")
            .build();
    private static final LeaseRecord LEASE = LeaseRecord.newBuilder()
            .setLeaderPid(4711)
            .setLeaseTimestampNanos(1_700_000_000_123_456_789L)
            .setLeaderSocketPath("/run/coord/coord-4711.sock")
            .setGroup("orders")
            .setTerm(Long.MAX_VALUE)
            .setLeaderId("4711-0123456789abcdef")
            .setNonce("nonce")
            .setRenewals(3)
            .setLeaderProcess("host=web-1;pid=4711")
            .build();

    static Stream<Message> records() {
        return Stream.of(
                PARTICIPANT,
                LEASE,
                ParticipantRecord.getDefaultInstance(),
                LeaseRecord.getDefaultInstance(),
                StoreRequest.newBuilder()
                        .setClaimLease(LeaseClaimMessage.newBuilder()
                                .setGroup("orders")
                                .setHolderKnownDead(true))
                        .build());
    }

    @ParameterizedTest
    @MethodSource("records")
    void roundTripsInBinaryForm(Message record) throws InvalidProtocolBufferException {
        assertThat(record.getParserForType().parseFrom(record.toByteArray())).isEqualTo(record);
    }

    @ParameterizedTest
    @MethodSource("records")
    void roundTripsInJsonForm(Message record) throws InvalidProtocolBufferException {
        Message.Builder read = record.newBuilderForType();
        JsonFormat.parser().merge(JsonFormat.printer().print(record), read);

        assertThat(read.build()).isEqualTo(record);
    }

    @ParameterizedTest
    @MethodSource("records")
    void roundTripsInTextForm(Message record) throws TextFormat.ParseException {
        Message.Builder read = record.newBuilderForType();
        TextFormat.getParser().merge(TextFormat.printer().printToString(record), read);

        assertThat(read.build()).isEqualTo(record);
    }

    @Test
    void jsonNamesAreInLowerCamelCase() throws InvalidProtocolBufferException {
        String json = JsonFormat.printer().omittingInsignificantWhitespace().print(LEASE);

        assertThat(json)
                .isEqualTo("{\"leaderPid\":4711,\"leaseTimestampNanos\":\"1700000000123456789\","
                        + "\"leaderSocketPath\":\"/run/coord/coord-4711.sock\",\"group\":\"orders\","
                        + "\"term\":\"9223372036854775807\",\"leaderId\":\"4711-0123456789abcdef\",\"nonce\":\"nonce\","
                        + "\"renewals\":\"3\",\"leaderProcess\":\"host\\u003dweb-1;pid\\u003d4711\"}");
        for (FieldDescriptor field : ParticipantRecord.getDescriptor().getFields()) {
            assertThat(field.getJsonName()).matches("[a-z][a-zA-Z]*");
        }
        assertThat(JsonFormat.printer().print(PARTICIPANT)).contains("\"srpcSocketPath\"", "\"startTimeNanos\"");
    }

    @Test
    void rolesHaveTheirNumbersAndNames() {
        assertThat(ParticipantRole.ParticipantRole_UNKNOWN.getNumber()).isZero();
        assertThat(ParticipantRole.ParticipantRole_LEADER.getNumber()).isEqualTo(1);
        assertThat(ParticipantRole.ParticipantRole_FOLLOWER.getNumber()).isEqualTo(2);
        for (Role role : Role.values()) {
            assertThat(ParticipantRole.forNumber(role.number())).hasToString("ParticipantRole_" + role);
            assertThat(Role.of(role.number())).isEqualTo(role);
        }
        assertThat(ParticipantRole.getDescriptor().getValues()).hasSize(Role.values().length);
        assertThat(Role.of(3)).as("of a later version").isEqualTo(Role.UNKNOWN);
    }

    @Test
    void theParticipantRecordHasItsFieldNumbers() {
        assertThat(fields(ParticipantRecord.getDescriptor()))
                .containsAllEntriesOf(Map.of(
                        1, "pid UINT32",
                        2, "role ENUM",
                        3, "start_time_nanos INT64",
                        4, "capabilities STRING",
                        5, "srpc_socket_path STRING",
                        6, "last_heartbeat_nanos INT64"));
        assertThat(ParticipantRecord.getDescriptor().findFieldByNumber(4).isRepeated())
                .isTrue();
    }

    @Test
    void theLeaseRecordHasItsFieldNumbers() {
        assertThat(fields(LeaseRecord.getDescriptor()))
                .containsAllEntriesOf(Map.of(
                        1, "leader_pid UINT32",
                        2, "lease_timestamp_nanos INT64",
                        3, "leader_socket_path STRING"));
    }

    @Test
    void theMessagesOfTheServicesHaveTheirFieldNumbers() {
        Map<String, Map<Integer, String>> expected = Map.of(
                "GetParticipantInfoRequest", Map.of(),
                "GetParticipantInfoResponse", Map.of(1, "pid UINT32", 2, "role ENUM", 3, "capabilities STRING"),
                "SubmitWorldOpRequest", Map.of(1, "op_data BYTES"),
                "SubmitWorldOpResponse", Map.of(1, "seqno UINT64", 2, "error STRING"),
                "WatchWorldSeqnoRequest", Map.of(1, "last_seen_seqno UINT64"),
                "WatchWorldSeqnoResponse", Map.of(1, "seqno UINT64"));
        expected.forEach((name, fields) -> {
            Descriptor message = CoordProto.getDescriptor().findMessageTypeByName(name);
            if (message != null) {
                assertThat(fields(message)).as(name).containsAllEntriesOf(fields);
            }
        });
    }

    @Test
    void thePackageIsCoord() {
        assertThat(LeaseRecord.getDescriptor().getFullName()).isEqualTo("coord.LeaseRecord");
        assertThat(ParticipantRecord.getDescriptor().getFullName()).isEqualTo("coord.ParticipantRecord");
    }

    @Test
    void aRecordOfTheReferenceIsRead() throws InvalidProtocolBufferException {
        // leader_pid = 4711, lease_timestamp_nanos = 1, leader_socket_path = "/s", as written by any protobuf.
        byte[] stored = HexFormat.of().parseHex("08e72410011a022f73");

        assertThat(LeaseRecord.parseFrom(stored))
                .isEqualTo(LeaseRecord.newBuilder()
                        .setLeaderPid(4711)
                        .setLeaseTimestampNanos(1)
                        .setLeaderSocketPath("/s")
                        .build());
    }

    @Test
    void whatALaterVersionAddsIsKept() throws InvalidProtocolBufferException {
        // Field 100, a varint.
        byte[] stored = HexFormat.of().parseHex("08e724a00607");

        assertThat(LeaseRecord.parseFrom(stored).toByteArray()).isEqualTo(stored);
    }

    private static Map<Integer, String> fields(Descriptor message) {
        var fields = new TreeMap<Integer, String>();
        for (FieldDescriptor field : message.getFields()) {
            fields.put(field.getNumber(), field.getName() + " " + field.getType());
        }
        return fields;
    }
}
