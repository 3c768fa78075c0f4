package dev.coord.store.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
    private static final long EPOCH = 3;
    private static final long BOOT = 77;
    private static final long LATER_BOOT = 78;

    private final Path root = Path.of("/directory");
    private final MemoryDisk disk = new MemoryDisk();
    private final Path first = root.resolve("coord.3.journal.1");
    private final Path mark = root.resolve("coord.3.journal");

    private JournalFiles files() {
        return new JournalFiles(disk, root, "coord.3");
    }

    private Journal opened() throws IOException {
        return Journal.open(files(), EPOCH, BOOT);
    }

    private Journal created() throws IOException {
        Journal.create(files(), EPOCH, 0);
        return opened();
    }

    private static void append(Journal journal, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            journal.add(1000 + journal.last() + 1, payload(journal.last() + 1));
        }
        journal.write();
    }

    private static byte[] payload(long number) {
        return ("operation " + number).getBytes(UTF_8);
    }

    private static List<Long> numbers(Journal journal, long after) {
        List<Long> numbers = new ArrayList<>();
        journal.replay(after, (number, time, payload) -> {
            assertThat(payload).isEqualTo(payload(number));
            assertThat(time).isEqualTo(1000 + number);
            numbers.add(number);
        });
        return numbers;
    }

    @Test
    void hasAfterReopeningWhatWasAppended() throws IOException {
        try (Journal journal = created()) {
            assertThat(journal.first()).isEqualTo(1);
            assertThat(journal.last()).isZero();
            append(journal, 3);
            append(journal, 2);
        }
        try (Journal journal = opened()) {
            assertThat(numbers(journal, 0)).containsExactly(1L, 2L, 3L, 4L, 5L);
            append(journal, 1);
        }
        try (Journal journal = opened()) {
            assertThat(numbers(journal, 4)).containsExactly(5L, 6L);
        }
    }

    @Test
    void whatIsAddedAndNotWrittenIsNotThere() throws IOException {
        try (Journal journal = created()) {
            append(journal, 1);
            journal.add(0, payload(2));
        }
        try (Journal journal = opened()) {
            assertThat(numbers(journal, 0)).containsExactly(1L);
        }
    }

    @Test
    void takesOperationsThatAreLargerThanItsBuffer() throws IOException {
        var large = new byte[3_000_000];
        Arrays.fill(large, (byte) 5);
        try (Journal journal = created()) {
            journal.add(0, large);
            journal.add(0, new byte[0]);
            journal.write();
            append(journal, 1);
        }
        try (Journal journal = opened()) {
            List<Integer> sizes = new ArrayList<>();
            journal.replay(0, (number, time, payload) -> sizes.add(payload.length));
            assertThat(sizes).containsExactly(large.length, 0, payload(3).length);
        }
    }

    @Test
    void aSegmentGoesWhenTwoStoredStatesHaveAllOfIt() throws IOException {
        try (Journal journal = created()) {
            append(journal, 3);
            journal.rotate();
            append(journal, 3);
            journal.rotate();
            append(journal, 3);
            journal.stored(2);
            journal.stored(4);
            assertThat(journal.first()).as("state 2 lacks operation 3").isEqualTo(1);
            journal.stored(6);
            assertThat(journal.first()).isEqualTo(4);
            journal.stored(9);
            assertThat(journal.first()).isEqualTo(7);
            journal.stored(9);
            assertThat(journal.first()).as("it stays open for what comes").isEqualTo(7);
        }
        try (Journal journal = opened()) {
            assertThat(journal.first()).isEqualTo(7);
            assertThat(numbers(journal, 6)).containsExactly(7L, 8L, 9L);
        }
    }

    @Test
    void anEmptySegmentIsNotFollowedByAnother() throws IOException {
        try (Journal journal = created()) {
            journal.rotate();
            append(journal, 1);
            journal.rotate();
            journal.rotate();
            assertThat(journal.segments()).isEqualTo(2);
        }
    }

    @Test
    void beginsAnewAfterWhatADatabaseHasMore() throws IOException {
        try (Journal journal = created()) {
            append(journal, 3);
            journal.restart(10);
            assertThat(journal.first()).isEqualTo(11);
            append(journal, 1);
        }
        try (Journal journal = opened()) {
            assertThat(numbers(journal, 10)).containsExactly(11L);
        }
        assertThat(disk.copy()).containsOnlyKeys(mark, root.resolve("coord.3.journal.11"));
    }

    @Test
    void whoDiedWhileBeginningAnewHasBegunAnewOrNot() throws IOException {
        try (Journal journal = created()) {
            append(journal, 3);
            byte[] old = disk.content(first);
            journal.restart(10);
            disk.put(first, old);
        }
        disk.put(mark, markOf(3));

        try (Journal journal = opened()) {
            assertThat(journal.first()).isEqualTo(11);
        }
        assertThat(disk.copy()).doesNotContainKey(first);
    }

    private static byte[] markOf(long acknowledged) {
        return JournalFormat.mark(EPOCH, BOOT, acknowledged, acknowledged).array();
    }

    @Test
    void aCopyHasWhatTheSourceHas() throws IOException {
        var to = new JournalFiles(disk, root, "coord.4");
        try (Journal journal = created()) {
            append(journal, 3);
            journal.rotate();
            append(journal, 2);
            journal.acknowledge();
            Journal.copy(files(), EPOCH, to, 4, BOOT);
            append(journal, 1);
        }
        try (Journal copy = Journal.open(to, 4, BOOT)) {
            assertThat(numbers(copy, 0)).containsExactly(1L, 2L, 3L, 4L, 5L);
            append(copy, 2);
        }
        try (Journal copy = Journal.open(to, 4, BOOT)) {
            assertThat(copy.last()).isEqualTo(7);
        }
    }

    @Test
    void aJournalOfAnotherEpochIsRefused() throws IOException {
        created().close();
        assertThatThrownBy(() -> Journal.open(files(), 4, BOOT)).isInstanceOf(DamagedJournalException.class);
    }

    @Test
    void whatANewerVersionMadeIsRefusedAndIsNoDamage() throws IOException {
        created().close();
        var header = JournalFormat.header(EPOCH, 1, 0, true);
        var content = new byte[header.limit()];
        header.get(0, content);
        ByteBuffer newer = ByteBuffer.wrap(content).putInt(8, JournalFormat.VERSION + 1);
        var crc = new CRC32C();
        crc.update(content, 0, content.length - 4);
        newer.putInt(content.length - 4, (int) crc.getValue());
        disk.put(first, content);

        assertThatThrownBy(this::opened)
                .isNotInstanceOf(DamagedJournalException.class)
                .hasMessageContaining("newer");
    }

    @Test
    void aJournalWithoutItsSegmentsIsRefused() throws IOException {
        created().close();
        disk.delete(first);
        assertThatThrownBy(this::opened)
                .isInstanceOf(DamagedJournalException.class)
                .hasMessageContaining("missing");
    }

    /** Two segments with five operations each; {@code forced} of them forced, and {@code told} acknowledged. */
    private void sample(int forced, int told) throws IOException {
        try (Journal journal = created()) {
            for (int i = 1; i <= 10; i++) {
                append(journal, 1);
                if (i == forced) {
                    journal.force();
                }
                if (i == told) {
                    journal.acknowledge();
                }
                if (i == 5) {
                    journal.rotate();
                }
            }
        }
    }

    private void damageEach(int forced, int told, long boot) throws IOException {
        sample(forced, told);
        long least = boot == BOOT ? told : forced;
        Map<Path, byte[]> good = disk.copy();
        for (Map.Entry<Path, byte[]> file : good.entrySet()) {
            byte[] content = file.getValue();
            for (int i = 0; i < content.length; i++) {
                byte[] flipped = content.clone();
                flipped[i] ^= (byte) (1 << (i % 8));
                openDamaged(good, file.getKey(), flipped, least, boot, "byte " + i + " flipped");
                openDamaged(good, file.getKey(), Arrays.copyOf(content, i), least, boot, "cut to " + i);
                byte[] zeroed = content.clone();
                Arrays.fill(zeroed, i, content.length, (byte) 0);
                openDamaged(good, file.getKey(), zeroed, least, boot, "zero from " + i);
            }
        }
    }

    private void openDamaged(Map<Path, byte[]> good, Path file, byte[] content, long least, long boot, String damage)
            throws IOException {
        disk.replaceAll(good);
        disk.put(file, content);
        Map<Path, ByteBuffer> before = contents();
        String what = file + ": " + damage;
        try (Journal journal = Journal.open(files(), EPOCH, boot)) {
            List<Long> numbers = numbers(journal, 0);
            assertThat(numbers).as(what).hasSizeGreaterThanOrEqualTo((int) least);
            for (int i = 0; i < numbers.size(); i++) {
                assertThat(numbers.get(i)).as(what).isEqualTo(i + 1);
            }
        } catch (DamagedJournalException e) {
            assertThat(e).hasMessageContaining(e.file().toString());
            assertThat(contents()).as("%s: nothing is changed", what).isEqualTo(before);
        }
    }

    private Map<Path, ByteBuffer> contents() {
        return disk.copy().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, file -> ByteBuffer.wrap(file.getValue())));
    }

    @Test
    void lacksAtItsBeginningWhatADatabaseMustHaveIfTheFirstSegmentIsDeleted() throws IOException {
        sample(0, 10);
        disk.delete(first);

        try (Journal journal = opened()) {
            assertThat(journal.first()).isEqualTo(6);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 10})
    void neverLacksWhatWasAcknowledgedWhateverByteIsDamaged(int told) throws IOException {
        damageEach(0, told, BOOT);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 10})
    void neverLacksWhatWasForcedWhateverByteIsDamagedAfterARestartOfTheMachine(int forced) throws IOException {
        damageEach(forced, forced, LATER_BOOT);
    }

    @Test
    void whatWasAppendedAndNobodyWasToldOfIsCutOffWhenTheProcessDiesHalfWay() throws IOException {
        sample(0, 9);
        Path last = root.resolve("coord.3.journal.6");
        disk.put(last, Arrays.copyOf(disk.content(last), disk.content(last).length - 1));

        try (Journal journal = opened()) {
            assertThat(journal.last()).isEqualTo(9);
            append(journal, 2);
        }
        try (Journal journal = opened()) {
            assertThat(numbers(journal, 0)).hasSize(11);
        }
    }

    @Test
    void withoutSyncAPowerCutLeavesABeginningOfWhatWasAcknowledged() throws IOException {
        sample(4, 10);
        Path last = root.resolve("coord.3.journal.6");
        byte[] content = disk.content(last);
        // A page that did not reach the disk, before one that did.
        Arrays.fill(content, JournalFormat.HEADER, JournalFormat.HEADER + 60, (byte) 0);

        try (Journal journal = Journal.open(files(), EPOCH, LATER_BOOT)) {
            assertThat(numbers(journal, 0)).hasSize(5);
        }
    }

    @Test
    void aGapIsDamageIfARecordBehindItSaysThatItWasForced() throws IOException {
        try (Journal journal = created()) {
            append(journal, 3);
            journal.force();
            append(journal, 3);
        }
        // The mark did not reach the disk.
        disk.put(mark, markOf(0));
        byte[] content = disk.content(first);
        content[JournalFormat.HEADER + JournalFormat.RECORD_HEADER + 5] ^= 1;

        assertThatThrownBy(() -> Journal.open(files(), EPOCH, LATER_BOOT))
                .isInstanceOf(DamagedJournalException.class)
                .hasMessageContaining("does not have operation 1");
    }

    @Test
    void nothingIsWrittenAfterAFailure() throws IOException {
        try (Journal journal = created()) {
            append(journal, 1);
            journal.force();
            append(journal, 1);
            disk.setBroken(true);
            assertThatThrownBy(journal::force).hasMessageContaining("Input/output error");
            disk.setBroken(false);
            assertThatThrownBy(journal::force).isInstanceOf(IOException.class);
            assertThatThrownBy(journal::acknowledge).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> append(journal, 1)).isInstanceOf(IOException.class);
        }
    }
}
