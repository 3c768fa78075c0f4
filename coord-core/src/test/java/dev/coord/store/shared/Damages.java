package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.CoordException;
import dev.coord.ParticipantId;
import dev.coord.proto.GroupKey;
import dev.coord.proto.LeaseClaimMessage;
import dev.coord.proto.StoreRequest;
import dev.coord.proto.StoreResponse;
import dev.coord.store.Participant;
import dev.coord.store.journal.Disk;
import dev.coord.store.journal.Journal;
import dev.coord.testing.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Damages each file of a directory in each place, and looks at what the next owner says: all that was acknowledged is there, or it
 * refuses. H2 has no checksum over the content of rows, so that a byte that is turned there may show as content that nobody ever
 * wrote; what it must never be is something older.
 */
final class Damages {
    private static final String GROUP = "group";
    private static final int ROWS = 40;
    private static final int ROUNDS = 5;
    private static final int RANGE = 512;

    private final Path root;
    private final Random random;
    private final Map<String, String> rows = new HashMap<>();
    private final Set<String> everWritten = new HashSet<>();
    private final Map<String, Integer> outcomes = new TreeMap<>();
    private long term;
    private int directories;

    private enum Kind {
        ZEROED,
        CUT,
        FLIPPED
    }

    private record Damage(Path directory, String file, Kind kind, int at) {
        byte[] of(byte[] whole) {
            byte[] damaged = whole.clone();
            switch (kind) {
                case ZEROED -> Arrays.fill(damaged, at, Math.min(at + RANGE, whole.length), (byte) 0);
                case CUT -> {
                    return Arrays.copyOf(whole, at);
                }
                case FLIPPED -> damaged[at] ^= 0x10;
            }
            return damaged;
        }

        /** The content of rows can be anything. */
        boolean mayChangeContent() {
            return kind == Kind.FLIPPED && file.endsWith(".mv.db");
        }

        @Override
        public String toString() {
            return file + " of " + directory.getFileName() + " " + kind + " at " + at;
        }
    }

    private Damages(Path root, long seed) {
        this.root = root;
        this.random = new Random(seed);
    }

    /**
     * Damages copies of a directory at {@code most} places, chosen by {@code seed}: the whole of a range for zeros, and one byte
     * of each range for the rest, or all of these places if there are no more.
     */
    static void run(Path root, int most, long seed) throws Exception {
        var damages = new Damages(root, seed);
        List<Path> made = damages.write();
        List<Damage> all = new ArrayList<>();
        for (Path directory : made) {
            all.addAll(damages.all(directory));
        }
        Collections.shuffle(all, damages.random);
        List<Damage> tried = all.subList(0, Math.min(most, all.size()));
        for (Damage damage : tried) {
            try {
                damages.check(damage);
            } catch (Exception | AssertionError e) {
                throw new AssertionError(damage + ", seed " + seed + ": " + e, e);
            }
        }
        System.out.printf("%d of %d damages, seed %d: %s%n", tried.size(), all.size(), seed, damages.outcomes);
    }

    /** Two directories with the same content: in one the journal has what the database lacks, in the other the database has all. */
    private List<Path> write() throws Exception {
        Path original = newDirectory("original");
        Path inJournal = newDirectory("in-journal");
        try (LoneOwner owner = new LoneOwner(original, Disk.SYSTEM)) {
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < ROWS; i++) {
                    put(owner.serving(), Integer.toString(i));
                }
                claim(owner.serving());
            }
            copyInUse(original, inJournal);
        }
        Path stored = newDirectory("stored");
        copy(original, stored);
        return List.of(inJournal, stored);
    }

    /** The database first, then the journal (J9), until its owner removed nothing meanwhile. */
    private static void copyInUse(Path from, Path to) throws IOException {
        var source = new SharedDirectory(from);
        var copy = new SharedDirectory(to);
        // On a busy machine it may have come to be by a takeover.
        long epoch = source.highestComplete(Long.MAX_VALUE).orElseThrow();
        long first;
        do {
            Files.deleteIfExists(copy.database(epoch));
            copy.journal(epoch).delete();
            first = source.journal(epoch).first();
            Files.copy(source.database(epoch), copy.database(epoch));
            Journal.copy(source.journal(epoch), epoch, copy.journal(epoch), epoch, Disk.SYSTEM.boot());
        } while (source.journal(epoch).first() != first);
        Files.copy(source.epochFile(), copy.epochFile());
    }

    private void put(Owner owner, String id) throws Exception {
        String value = Long.toHexString(random.nextLong()) + "-" + "x".repeat(random.nextInt(200));
        accepted(
                owner,
                StoreRequest.newBuilder()
                        .setPutParticipant(StoreMessages.toMessage(Participant.builder(GROUP, new ParticipantId(id))
                                .capabilities(List.of(value))
                                .build())));
        rows.put(id, value);
        everWritten.add(value);
    }

    private void claim(Owner owner) throws Exception {
        accepted(
                owner,
                StoreRequest.newBuilder()
                        .setClaimLease(LeaseClaimMessage.newBuilder()
                                .setGroup(GROUP)
                                .setParticipantId("leader" + term)
                                .setNonce("nonce" + term)
                                .setSeenTerm(term)
                                .setHolderKnownDead(true)));
        term++;
    }

    private static void accepted(Owner owner, StoreRequest.Builder request) throws Exception {
        StoreResponse answer = answer(owner, request);
        assertThat(answer.getError()).isEmpty();
        assertThat(answer.getAccepted()).isTrue();
    }

    private static StoreResponse answer(Owner owner, StoreRequest.Builder request) throws Exception {
        return owner.submit(request.build()).get(Patience.SECONDS, TimeUnit.SECONDS);
    }

    private List<Damage> all(Path directory) throws IOException {
        List<Damage> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                int size = Math.toIntExact(Files.size(file));
                for (int from = 0; from < size; from += RANGE) {
                    int within = Math.min(RANGE, size - from);
                    all.add(new Damage(directory, name, Kind.ZEROED, from));
                    all.add(new Damage(directory, name, Kind.CUT, from + random.nextInt(within)));
                    all.add(new Damage(directory, name, Kind.FLIPPED, from + random.nextInt(within)));
                }
            }
        }
        return all;
    }

    private void check(Damage damage) throws Exception {
        Path directory = newDirectory("damaged");
        copy(damage.directory(), directory);
        Path file = directory.resolve(damage.file());
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, damage.of(whole));
        String outcome = Arrays.equals(whole, damage.of(whole)) ? "no change" : open(damage, directory);
        outcomes.merge(damage.file().replaceAll("\\d+", "n") + " " + damage.kind() + ": " + outcome, 1, Integer::sum);
        remove(directory);
    }

    private String open(Damage damage, Path directory) throws Exception {
        try (LoneOwner owner = new LoneOwner(directory, Disk.SYSTEM)) {
            Owner serving = owner.servingAtOnce();
            GroupKey group = GroupKey.newBuilder().setGroup(GROUP).build();
            StoreResponse found = answer(serving, StoreRequest.newBuilder().setListParticipants(group));
            StoreResponse lease = answer(serving, StoreRequest.newBuilder().setGetLease(group));
            if (!found.getError().isEmpty() || !lease.getError().isEmpty()) {
                return "refused when it was read";
            }
            Map<String, String> now = new HashMap<>();
            found.getParticipantsList().forEach(row -> now.put(row.getParticipantId(), row.getCapabilities(0)));
            return judge(damage, now, lease.hasLease() ? lease.getLease().getTerm() : 0);
        } catch (CoordException e) {
            return "refused";
        }
    }

    private String judge(Damage damage, Map<String, String> now, long foundTerm) {
        if (now.equals(rows) && foundTerm == term) {
            return "all there";
        }
        assertThat(damage.mayChangeContent())
                .as("found %s of %d rows, and term %d of %d", now.size(), rows.size(), foundTerm, term)
                .isTrue();
        assertThat(now).as("rows").hasSameSizeAs(rows);
        now.forEach((id, value) -> {
            if (!value.equals(rows.get(id))) {
                assertThat(rows.containsKey(id) && everWritten.contains(value))
                        .as("row %s is what it was before", id)
                        .isFalse();
            }
        });
        return "other content";
    }

    private Path newDirectory(String name) throws IOException {
        directories++;
        return Files.createDirectory(root.resolve(name + directories)).toRealPath();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
