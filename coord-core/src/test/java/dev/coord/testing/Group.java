package dev.coord.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.store.Store;
import dev.coord.store.shared.SharedStore;
import dev.coord.testing.Participant.NewLeader;
import dev.coord.testing.Participant.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;

/** Participants of one group in processes of their own, which share one directory; closing kills them. */
public final class Group implements AutoCloseable {

    private static final int SOME_STEPS = 10;

    private final Path notes;
    private final List<String> jvmFlags;
    private final Class<?> main;
    private final ParticipantOptions options;
    private final boolean sampled;
    private final List<Participant> all = new ArrayList<>();

    private Group(
            Path root,
            List<String> jvmFlags,
            Class<?> main,
            boolean sampled,
            UnaryOperator<ParticipantOptions> changes) {
        this.notes = root.resolve("notes");
        this.jvmFlags = jvmFlags;
        this.main = main;
        this.sampled = sampled;
        this.options = changes.apply(ParticipantOptions.patient(root.resolve("shared")));
        try {
            Files.createDirectories(notes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A group that never takes one of its own for frozen, whose files lie below {@code root}. */
    public static Group in(Path root) {
        return in(root, options -> options);
    }

    public static Group in(Path root, UnaryOperator<ParticipantOptions> changes) {
        return new Group(root, JavaProcess.QUICK_START, ParticipantMain.class, true, changes);
    }

    /** A group of {@code main}, a variant of {@link ParticipantMain}. */
    public static Group of(Class<?> main, Path root, UnaryOperator<ParticipantOptions> changes) {
        return new Group(root, JavaProcess.QUICK_START, main, true, changes);
    }

    /** A group of processes with all defaults of the product, which keep no {@link HeldLog}. */
    public static Group asUsersRunIt(Path root) {
        return new Group(
                root,
                JavaProcess.NORMAL,
                ParticipantMain.class,
                false,
                patient -> ParticipantOptions.defaults(patient.directory()));
    }

    /** The same, but for a lease that is never stretched: what is measured is a group that is run in time. */
    public static Group forBenchmark(Path root) {
        return forBenchmark(root, ParticipantMain.class);
    }

    /** The same with {@code main}, a variant of {@link ParticipantMain}. */
    public static Group forBenchmark(Path root, Class<?> main) {
        return new Group(root, JavaProcess.NORMAL, main, false, ParticipantOptions::withDefaultTimes);
    }

    /** The same on a database. */
    public static Group forBenchmark(Path root, String url) {
        return new Group(
                root,
                JavaProcess.NORMAL,
                ParticipantMain.class,
                false,
                options -> options.withDefaultTimes().withDatabase(url));
    }

    /** Starts one more participant, without waiting for it. */
    public Participant launch() {
        return launch(List.of(), options);
    }

    /** The same on {@code host}, with {@code changes} of its own. */
    public Participant launch(Hosts.Host host, UnaryOperator<ParticipantOptions> changes) {
        return launch(host.enterAlone(), changes.apply(options));
    }

    private Participant launch(List<String> wrapper, ParticipantOptions own) {
        var participant = new Participant("p" + (all.size() + 1), jvmFlags, main, own, notes, sampled, wrapper);
        all.add(participant);
        return participant;
    }

    /** Starts one more participant and waits until it takes part. */
    public Participant start() {
        Participant participant = launch();
        participant.process().await("STARTED");
        return participant;
    }

    /** Starts what is missing of {@code count} that are well, and waits until all agree. */
    public void complete(int count) {
        while (well().size() < count) {
            start();
        }
        awaitAgreement();
    }

    /** Starts participants one after the other: the first becomes owner and leader. Returns it when all know it. */
    public Participant startAll(int count) {
        Participant first = start();
        awaitLeaderAfter(0);
        for (int i = 1; i < count; i++) {
            launch();
        }
        all.forEach(participant -> participant.process().await("STARTED"));
        awaitAgreement();
        return first;
    }

    public ParticipantOptions options() {
        return options;
    }

    /** All that were ever started. */
    public List<Participant> all() {
        return List.copyOf(all);
    }

    /** Those that take part, alive and not frozen. */
    public List<Participant> well() {
        return all.stream().filter(Participant::isWell).toList();
    }

    /** Waits until exactly one of those that are well leads and said so, and all of them know it. */
    public Participant awaitAgreement() {
        return awaiting("one leader, known to all")
                .until(this::agreedLeader, Optional::isPresent)
                .orElseThrow();
    }

    private Optional<Participant> agreedLeader() {
        List<Participant> asked = well();
        List<Status> answers = asked.stream().map(Participant::status).toList();
        List<Participant> leaders = asked.stream()
                .filter(p -> answers.get(asked.indexOf(p)).role().equals("LEADER"))
                .toList();
        long views = answers.stream()
                .map(status -> status.leader() + " " + status.term())
                .distinct()
                .count();
        boolean known = answers.stream().noneMatch(status -> status.role().equals("UNKNOWN"));
        return leaders.size() == 1
                        && views == 1
                        && known
                        && answers.get(0).leader().equals(leaders.get(0).id())
                        && answers.get(0).term() == leaders.get(0).lastTerm()
                ? Optional.of(leaders.get(0))
                : Optional.empty();
    }

    /** Waits until somebody said that it leads with a term after {@code term}. */
    public NewLeader awaitLeaderAfter(long term) {
        return awaiting("a leader after term " + term)
                .until(
                        () -> all.stream()
                                .flatMap(p -> p.leadsAfter(term).stream())
                                .min(Comparator.comparing(NewLeader::term)),
                        Optional::isPresent)
                .orElseThrow();
    }

    /** Waits until the endpoint file names one of those that are well. */
    public Participant awaitOwner() {
        return awaiting("an owner").until(this::owner, Optional::isPresent).orElseThrow();
    }

    /** The one that began to lead last, if it is well. */
    public Optional<Participant> lastLeader() {
        return all.stream().max(Comparator.comparingLong(Participant::lastTerm)).filter(Participant::isWell);
    }

    /** The one that the endpoint file names, if it is well. */
    public Optional<Participant> owner() {
        OptionalLong pid = ownerPid();
        return well().stream()
                .filter(p -> pid.isPresent() && p.process().pid() == pid.getAsLong())
                .findFirst();
    }

    /** The pid in the endpoint file. */
    public OptionalLong ownerPid() {
        Optional<String> endpoint = files().stream()
                .filter(name -> name.startsWith("endpoint."))
                .max(Comparator.comparingLong(name -> Long.parseLong(name.substring("endpoint.".length()))));
        if (endpoint.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            List<String> lines = Files.readAllLines(options.directory().resolve(endpoint.get()));
            return OptionalLong.of(Long.parseLong(lines.get(1)));
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes the owner lead, or another one than the owner; returns the leader when all know it. */
    public Participant arrangeLeader(boolean isOwner) {
        Participant leader = awaitAgreement();
        while ((leader == awaitOwner()) != isOwner) {
            long term = leader.lastTerm();
            leader.stepDown(Duration.ofMillis(500));
            awaitLeaderAfter(term);
            leader = awaitAgreement();
        }
        return leader;
    }

    /** Freezes the leader while it is the owner, or is not; returns it. */
    public Participant freezeLeader(boolean isOwner) {
        while (true) {
            Participant leader = arrangeLeader(isOwner);
            leader.freeze();
            if (leader.leads()) {
                return leader;
            }
            // On a slow machine it may have lost the leadership a moment before.
            leader.thaw();
        }
    }

    /** Puts all that are well under load, one step each {@code pace}. */
    public void putUnderLoad(Duration pace) {
        well().forEach(participant -> participant.load(pace));
        awaitProgress();
    }

    /** Waits until each of those that are well, and under load, got more acknowledged. */
    public void awaitProgress() {
        for (Participant participant : well()) {
            LoadAccount account = participant.account();
            long before = account.acknowledged();
            awaiting("progress of " + participant).until(() -> account.acknowledged() > before + SOME_STEPS);
        }
    }

    /**
     * Kills all, and checks what they left: the database opens, it holds all that was acknowledged and nothing that was never
     * submitted, and there was one leader at a time. Returns how many steps were acknowledged.
     */
    public long killAndCheck() {
        close();
        assertOneLeaderAtATime();
        List<String> wrong = all.stream()
                .flatMap(participant -> participant.process().lines().stream())
                .map(JavaProcess.Line::text)
                .filter(line -> line.startsWith("WRONG"))
                .toList();
        assertThat(wrong).as("answers that no owner should give").isEmpty();
        List<LoadAccount> accounts = all.stream().map(Participant::account).toList();
        try (Store store = options.database().isPresent()
                ? options.openStore()
                : SharedStore.open(options.directory(), options.storeSettings().withCallTimeout(Patience.LIMIT))) {
            return LoadCheck.check(store, accounts);
        }
    }

    /** The names in the shared directory. */
    public List<String> files() {
        try (Stream<Path> files = Files.list(options.directory())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names in the shared directory that belong to {@code participant}'s process. */
    public List<String> filesOf(Participant participant) {
        String socket = "coord-" + participant.process().pid();
        return files().stream()
                .filter(name -> name.equals(participant.lifeToken()) || name.startsWith(socket))
                .toList();
    }

    /**
     * By their own accounts, which lie on one clock, no two participants ever led at the same time, and each leadership had a
     * later term than the one before. Returns how many leaderships were long enough to be seen.
     */
    public int assertOneLeaderAtATime() {
        List<HeldLog.Interval> leaderships = all.stream()
                .flatMap(p -> p.intervals().stream())
                .sorted(Comparator.comparingLong(HeldLog.Interval::from))
                .toList();
        for (int i = 1; i < leaderships.size(); i++) {
            HeldLog.Interval before = leaderships.get(i - 1);
            HeldLog.Interval next = leaderships.get(i);
            assertThat(next.from())
                    .as("leadership %s begins after the end of %s", next, before)
                    .isGreaterThan(before.to());
            assertThat(next.term()).as("term of %s after %s", next, before).isGreaterThan(before.term());
        }
        return leaderships.size();
    }

    private static ConditionFactory awaiting(String what) {
        return await(what).pollInterval(Duration.ofMillis(20));
    }

    @Override
    public void close() {
        all.forEach(participant -> participant.process().kill());
        all.forEach(Participant::close);
    }
}
