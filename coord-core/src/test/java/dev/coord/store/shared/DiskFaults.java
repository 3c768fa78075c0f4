package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.coord.CoordException;
import dev.coord.ParticipantId;
import dev.coord.proto.GroupKey;
import dev.coord.proto.LeaseClaimMessage;
import dev.coord.proto.StoreRequest;
import dev.coord.proto.StoreResponse;
import dev.coord.store.Participant;
import dev.coord.store.shared.RecordingDisk.Call;
import dev.coord.testing.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * A store on a disk that fails at one call: at the n-th one of a course of operations that makes a database, writes, stores,
 * completes and removes segments of the journal, and takes over. Whoever asks asks again until there is an answer.
 */
final class DiskFaults {
    private static final String GROUP = "group";
    private static final String FILLER = "x".repeat(3800);
    private static final int LARGE = 300;
    private static final int ROUNDS = 3;
    private static final int SMALL = 4;
    /** So often there is no space. */
    private static final int REFUSALS = 4;

    private final Path root;
    private final Kind kind;
    private final long failing;
    private final Random random;
    private final List<String> acknowledged = new ArrayList<>();
    /** Of these it was said that they did not happen, and nobody asked again. */
    private final List<String> refused = new ArrayList<>();
    /** Those that got no answer once. */
    private final Set<String> doubtful = new HashSet<>();

    private LoneOwner owner;
    private long calls;
    private int failed;
    private long term;
    private int next;
    /** The epoch of the owner that served when the disk failed. */
    private volatile long hit;

    /** How the disk fails. */
    enum Kind {
        /** Writing, some times: then there is space again. */
        NO_SPACE(Call.WRITE, "No space left on device"),
        /** Writing, once. */
        WRITE_ERROR(Call.WRITE, "Input/output error"),
        /** Forcing, once: what was not on the disk may never come there, and forcing again says nothing of it. */
        FORCE_ERROR(Call.FORCE, "Input/output error");

        private final Call call;
        private final String message;

        Kind(Call call, String message) {
            this.call = call;
            this.message = message;
        }
    }

    private DiskFaults(Path root, Kind kind, long failing) {
        this.root = root;
        this.kind = kind;
        this.failing = failing;
        this.random = new Random(failing);
    }

    /** How many calls there are that can fail as {@code kind} says. */
    static long calls(Path root, Kind kind) throws Exception {
        var course = new DiskFaults(root, kind, Long.MAX_VALUE);
        course.run();
        return course.calls;
    }

    /** Has call {@code failing} fail; says how many operations were told that they had not happened. */
    static int run(Path root, Kind kind, long failing) throws Exception {
        try {
            var course = new DiskFaults(root, kind, failing);
            course.run();
            return course.refused.size();
        } catch (Exception | AssertionError e) {
            throw new AssertionError(kind + " at call " + failing + ": " + e, e);
        }
    }

    private void run() throws Exception {
        var log = (Logger) LoggerFactory.getLogger(OwnerCandidate.class.getPackageName());
        var told = new ListAppender<ILoggingEvent>();
        told.start();
        log.addAppender(told);
        Path directory =
                Files.createDirectory(root.resolve(kind + "-" + failing)).toRealPath();
        try (RecordingDisk disk = RecordingDisk.begin(directory, 1)) {
            disk.setFault(this::before);
            open(directory, disk);
            try {
                work();
            } finally {
                owner.close();
            }
            if (hit > 0) {
                assertThat(told.list)
                        .as("an error that tells of the failure")
                        .anyMatch(line -> line.getLevel() == Level.ERROR
                                && line.getFormattedMessage().contains(kind.message));
            }
            disk.setFault((call, file) -> {});
            open(directory, disk);
            try {
                check(owner.serving());
            } finally {
                owner.close();
            }
            checkAfterPowerCut(disk);
        } finally {
            log.detachAppender(told);
        }
    }

    private synchronized void before(Call call, Path file) throws IOException {
        if (call != kind.call) {
            return;
        }
        calls++;
        if (calls == failing || (kind == Kind.NO_SPACE && failed > 0 && failed < REFUSALS)) {
            failed++;
            if (failed == 1 && owner != null) {
                hit = owner.servingNow();
            }
            throw new IOException(kind.message);
        }
    }

    private void open(Path directory, RecordingDisk disk) throws IOException {
        owner = null;
        for (int attempt = 0; owner == null; attempt++) {
            try {
                owner = new LoneOwner(directory, disk);
            } catch (IOException e) {
                assertThat(attempt).as("attempts, after %s", e).isLessThan(REFUSALS);
            }
        }
    }

    private void work() throws Exception {
        small();
        for (int i = 0; i < ROUNDS; i++) {
            List<StoreRequest> large = new ArrayList<>();
            for (int row = 0; row < LARGE; row++) {
                large.add(put(FILLER));
            }
            untilAnswered(large);
            awaitStored();
        }
        owner.takeOver();
        small();
        if (hit > 0 && kind != Kind.NO_SPACE) {
            assertThat(owner.serving().epoch()).as("a copy goes on").isGreaterThan(hit);
        }
    }

    private void small() throws Exception {
        for (int i = 0; i < SMALL; i++) {
            untilAnswered(List.of(put("")));
            untilAnswered(List.of(StoreRequest.newBuilder()
                    .setClaimLease(LeaseClaimMessage.newBuilder()
                            .setGroup(GROUP)
                            .setParticipantId("p" + term)
                            .setNonce("n" + term)
                            .setSeenTerm(term)
                            .setHolderKnownDead(true))
                    .build()));
            term++;
        }
    }

    private StoreRequest put(String filler) {
        next++;
        return StoreRequest.newBuilder()
                .setSync(true)
                .setPutParticipant(StoreMessages.toMessage(Participant.builder(GROUP, new ParticipantId("row-" + next))
                        .capabilities(List.of("c" + filler))
                        .build()))
                .build();
    }

    /** Asks whoever serves until each of {@code requests} has an answer, which must not be a refusal. */
    private void untilAnswered(List<StoreRequest> requests) throws Exception {
        long until = System.nanoTime() + Patience.LIMIT.toNanos();
        List<StoreRequest> open = requests;
        while (!open.isEmpty()) {
            assertThat(System.nanoTime()).as("time").isLessThan(until);
            Owner serving = servingPatiently();
            List<CompletableFuture<StoreResponse>> answers =
                    open.stream().map(serving::submit).toList();
            List<StoreRequest> again = new ArrayList<>();
            for (int i = 0; i < answers.size(); i++) {
                try {
                    StoreResponse answer = answers.get(i).get(Patience.SECONDS, TimeUnit.SECONDS);
                    if (answer.getFull()) {
                        assertThat(answer.getError()).contains(kind.message, "Nothing of it happened");
                        refused(open.get(i), again);
                        continue;
                    }
                    assertThat(answer.getError()).isEmpty();
                    assertThat(answer.getAccepted()).isTrue();
                    if (open.get(i).hasPutParticipant()) {
                        acknowledged.add(open.get(i).getPutParticipant().getParticipantId());
                    }
                } catch (ExecutionException e) {
                    assertThat(e).hasCauseInstanceOf(NotOwnerException.class);
                    again.add(open.get(i));
                    doubtful.add(open.get(i).getPutParticipant().getParticipantId());
                    TimeUnit.MILLISECONDS.sleep(1);
                }
            }
            open = again;
        }
    }

    /** If nobody was asked for it before, it is never to be there: what is asked for from now on is another one. */
    private void refused(StoreRequest request, List<StoreRequest> again) {
        String id = request.getPutParticipant().getParticipantId();
        if (request.hasPutParticipant() && !doubtful.contains(id)) {
            refused.add(id);
        } else {
            again.add(request);
        }
    }

    private Owner servingPatiently() throws InterruptedException {
        try {
            return owner.serving();
        } catch (CoordException e) {
            throw new AssertionError("nobody serves: " + e, e);
        }
    }

    /** What is stored is forced on another thread, and that may fail, too. */
    private void awaitStored() throws Exception {
        TimeUnit.MILLISECONDS.sleep(20);
        untilAnswered(List.of(put("")));
    }

    private void check(Owner serving) throws Exception {
        GroupKey group = GroupKey.newBuilder().setGroup(GROUP).build();
        StoreResponse rows = serving.submit(
                        StoreRequest.newBuilder().setListParticipants(group).build())
                .get(Patience.SECONDS, TimeUnit.SECONDS);
        assertThat(rows.getParticipantsList())
                .extracting(row -> row.getParticipantId())
                .containsAll(acknowledged)
                .doesNotContainAnyElementsOf(refused.isEmpty() ? List.of("none") : refused);
        StoreResponse lease = serving.submit(
                        StoreRequest.newBuilder().setGetLease(group).build())
                .get(Patience.SECONDS, TimeUnit.SECONDS);
        assertThat(lease.getLease().getTerm()).isEqualTo(term);
    }

    private void checkAfterPowerCut(RecordingDisk disk) throws Exception {
        Path after = Files.createDirectory(root.resolve(kind + "-" + failing + "-after"))
                .toRealPath();
        disk.cut(disk.size(), random, after);
        try (RecordingDisk found = RecordingDisk.begin(after, 2)) {
            open(after, found);
            try {
                check(owner.serving());
            } finally {
                owner.close();
            }
        }
    }
}
