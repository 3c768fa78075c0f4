package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.ParticipantId;
import dev.coord.Term;
import dev.coord.proto.GroupKey;
import dev.coord.proto.LeaseClaimMessage;
import dev.coord.proto.ParticipantKey;
import dev.coord.proto.ParticipantRecord;
import dev.coord.proto.StoreRequest;
import dev.coord.proto.StoreResponse;
import dev.coord.store.Participant;
import dev.coord.testing.Patience;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Stream;

/**
 * Lets the power fail under an owner, at any instant, and looks at what the next one has. What that one did is cut again, so that
 * also recovering is.
 */
final class PowerCuts {
    private static final String GROUP = "group";
    private static final int ROWS = 60;
    private static final int LARGEST = 3900;
    private static final int MOST_AT_ONCE = 6;
    private static final int LONG = 1500;
    private static final int SHORT = 25;
    private static final int CUTS_OF_EACH = 20;
    private static final int CUTS_AFTER_EACH = 2;
    private static final double AGAIN = 0.4;

    private final Path root;
    private final boolean sync;
    private final int cuts;
    private final Random random;
    private int made;
    private int directories;
    private long operations;

    /** What a database has, so far as it matters here: the rows, and the term of the lease. */
    private record State(Map<String, String> rows, long term) {
        /** The same for the same content; told from each other are thousands at most. */
        long digest() {
            long sum = term * 0x9E3779B97F4A7C15L;
            for (Map.Entry<String, String> row : rows.entrySet()) {
                long one = row.getKey().hashCode() * 31L + row.getValue().hashCode();
                one = (one ^ one >>> 32) * 0xBF58476D1CE4E5B9L;
                sum += one ^ one >>> 29;
            }
            return sum;
        }

        State after(StoreRequest request) {
            Map<String, String> changed = new HashMap<>(rows);
            switch (request.getOperationCase()) {
                case PUT_PARTICIPANT -> {
                    ParticipantRecord put = request.getPutParticipant();
                    changed.put(put.getParticipantId(), put.getCapabilities(0));
                }
                case DELETE_PARTICIPANT ->
                    changed.remove(request.getDeleteParticipant().getParticipantId());
                default -> {
                    return new State(changed, term + 1);
                }
            }
            return new State(changed, term);
        }
    }

    /** What one owner did, up to its end; {@code acknowledged} has, for each operation, how much was recorded by then. */
    private record Run(RecordingDisk disk, List<State> states, List<Boolean> grants, AtomicIntegerArray acknowledged) {
        /** The first state that may be found after a cut of the first {@code length} events. */
        int least(int length, boolean sync) {
            int least = 0;
            for (int i = 0; i < grants.size(); i++) {
                int at = acknowledged.get(i);
                if (at >= 0 && at <= length && (sync || grants.get(i))) {
                    least = i + 1;
                }
            }
            return least;
        }
    }

    private PowerCuts(Path root, boolean sync, int cuts, long seed) {
        this.root = root;
        this.sync = sync;
        this.cuts = cuts;
        this.random = new Random(seed);
    }

    /**
     * Cuts the power {@code cuts} times.
     *
     * @param sync whether each operation demands to be forced: then nothing that was acknowledged may be missing; else only no
     *     term, and nothing that was acknowledged before it
     */
    static void run(Path root, boolean sync, int cuts, long seed) throws Exception {
        var campaign = new PowerCuts(root, sync, cuts, seed);
        try {
            campaign.run();
        } catch (Exception | AssertionError e) {
            throw new AssertionError("Cut " + campaign.made + " of seed " + seed + ", sync=" + sync + ": " + e, e);
        }
        System.out.printf(
                "%d power cuts, sync=%s, seed %d: %d operations, none missing%n",
                campaign.made, sync, seed, campaign.operations);
    }

    private void run() throws Exception {
        while (made < cuts) {
            Path directory = newDirectory();
            List<State> empty = List.of(new State(Map.of(), 0));
            Run run = work(RecordingDisk.begin(directory, 1), directory, empty, 0, LONG);
            for (int i = 0; i < CUTS_OF_EACH && made < cuts; i++) {
                cutAndGoOn(run, 2);
            }
            run.disk().close();
            remove(directory);
        }
    }

    private void cutAndGoOn(Run before, long boot) throws Exception {
        made++;
        int length = before.disk().begun()
                + random.nextInt(before.disk().size() - before.disk().begun() + 1);
        Path directory = newDirectory();
        setEpoch(directory, before.disk().cut(length, random, directory));
        boolean again = random.nextDouble() < AGAIN;
        RecordingDisk disk = RecordingDisk.begin(directory, boot);
        Run run = work(disk, directory, before.states(), before.least(length, sync), again ? random.nextInt(SHORT) : 0);
        for (int i = 0; again && i < CUTS_AFTER_EACH && made < cuts; i++) {
            cutAndGoOn(run, boot + 1);
        }
        disk.close();
        remove(directory);
    }

    /** Does {@code steps} operations, some at a time, after having found one of {@code possible}, not before {@code least}. */
    private Run work(RecordingDisk disk, Path directory, List<State> possible, int least, int steps) throws Exception {
        List<State> states = new ArrayList<>();
        List<Boolean> grants = new ArrayList<>();
        var acknowledged = new AtomicIntegerArray(steps);
        for (int i = 0; i < steps; i++) {
            acknowledged.set(i, -1);
        }
        try (LoneOwner owner = new LoneOwner(directory, disk)) {
            State state = read(owner.serving());
            int found = possible.stream().map(State::digest).toList().lastIndexOf(state.digest());
            assertThat(found)
                    .as("found the state after this many operations of %d (-1: none of them)", possible.size() - 1)
                    .isGreaterThanOrEqualTo(least);
            states.add(state);
            for (int done = 0; done < steps; ) {
                if (random.nextInt(60) == 0) {
                    owner.takeOver();
                }
                int group = Math.min(steps - done, 1 + random.nextInt(MOST_AT_ONCE));
                List<CompletableFuture<StoreResponse>> answers = new ArrayList<>();
                for (int i = 0; i < group; i++) {
                    int number = done + i;
                    StoreRequest request = next(state);
                    state = state.after(request);
                    states.add(state);
                    grants.add(StoreCalls.grantsTerm(request));
                    answers.add(owner.serving().submit(request).thenApply(answer -> {
                        acknowledged.set(number, disk.size());
                        return answer;
                    }));
                }
                for (CompletableFuture<StoreResponse> answer : answers) {
                    StoreResponse given = answer.get(Patience.SECONDS, TimeUnit.SECONDS);
                    assertThat(given.getError()).isEmpty();
                    assertThat(given.getAccepted()).isTrue();
                }
                done += group;
            }
        }
        operations += steps;
        return new Run(disk, states, grants, acknowledged);
    }

    private StoreRequest next(State state) {
        var request = StoreRequest.newBuilder().setSync(sync);
        String id = Integer.toString(random.nextInt(ROWS));
        switch (random.nextInt(12)) {
            case 0 ->
                request.setClaimLease(LeaseClaimMessage.newBuilder()
                        .setGroup(GROUP)
                        .setParticipantId("p" + operations + "-" + random.nextLong())
                        .setNonce(Long.toString(random.nextLong()))
                        .setSeenTerm(state.term())
                        .setHolderKnownDead(true));
            case 1, 2 ->
                request.setDeleteParticipant(
                        ParticipantKey.newBuilder().setGroup(GROUP).setParticipantId(id));
            default -> {
                var filler = new char[random.nextInt(5) == 0 ? 0 : random.nextInt(LARGEST)];
                Arrays.fill(filler, (char) ('a' + random.nextInt(26)));
                request.setPutParticipant(StoreMessages.toMessage(Participant.builder(GROUP, new ParticipantId(id))
                        .capabilities(List.of(random.nextLong() + new String(filler)))
                        .build()));
            }
        }
        return request.build();
    }

    private static State read(Owner owner) throws Exception {
        GroupKey group = GroupKey.newBuilder().setGroup(GROUP).build();
        StoreResponse rows = owner.submit(
                        StoreRequest.newBuilder().setListParticipants(group).build())
                .get(Patience.SECONDS, TimeUnit.SECONDS);
        StoreResponse lease = owner.submit(
                        StoreRequest.newBuilder().setGetLease(group).build())
                .get(Patience.SECONDS, TimeUnit.SECONDS);
        Map<String, String> found = new HashMap<>();
        rows.getParticipantsList().forEach(row -> found.put(row.getParticipantId(), row.getCapabilities(0)));
        return new State(found, lease.hasLease() ? lease.getLease().getTerm() : Term.NONE.value());
    }

    /** The word is in memory that is mapped: any of its values since the file was forced may be on the disk. */
    private void setEpoch(Path directory, long epoch) throws IOException {
        Path file = directory.resolve(SharedDirectory.EPOCH_FILE);
        if (epoch > 0 && Files.exists(file) && Files.size(file) >= 16 && random.nextBoolean()) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                ByteBuffer word = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
                channel.write(word.putLong(0, epoch), 8);
            }
        }
    }

    private Path newDirectory() throws IOException {
        directories++;
        return Files.createDirectory(root.resolve("d" + directories)).toRealPath();
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
