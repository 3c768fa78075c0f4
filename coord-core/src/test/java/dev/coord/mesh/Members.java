package dev.coord.mesh;

import dev.coord.LeaderInfo;
import dev.coord.ParticipantId;
import dev.coord.Registration;
import dev.coord.Role;
import dev.coord.Term;
import dev.coord.store.Participant;
import dev.coord.testing.Patience;
import dev.coord.testing.TestTransport;
import dev.coord.time.NanoClock;
import dev.coord.transport.Address;
import dev.coord.transport.PrivateServer;
import dev.coord.transport.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Meshes that know each other without a store: who takes part, and who leads, is for the test to say. */
final class Members implements MeshDirectory, AutoCloseable {
    /** For tests that are not about peers that do not answer. */
    static final MeshSettings PATIENT = new MeshSettings(
            Patience.LIMIT,
            Patience.LIMIT,
            Duration.ofMillis(250),
            Patience.LIMIT,
            MeshSettings.defaults().maxMessageSize());

    private final Supplier<Transport> transports;
    private final MeshSettings settings;
    private final @Nullable PrivateServer shared;
    private final String group;
    private final List<Member> members = new ArrayList<>();
    private final List<Participant> records = new CopyOnWriteArrayList<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Optional<LeaderInfo> leader = Optional.empty();
    private long term;

    /** One participant, and how often it was told that the connection to the leader broke. */
    record Member(Participant record, Mesh mesh, AtomicInteger leaderLost) {
        ParticipantId id() {
            return record.id();
        }
    }

    Members(Path directory, MeshSettings settings) {
        this(TestTransport.UNIX, directory, settings);
    }

    Members(TestTransport transport, Path directory, MeshSettings settings) {
        this(() -> transport.in(directory), settings, null, "test");
    }

    /** @param shared the server that all of them share; if there is none, each has its own */
    Members(Supplier<Transport> transports, MeshSettings settings, @Nullable PrivateServer shared, String group) {
        this.transports = transports;
        this.settings = settings;
        this.shared = shared;
        this.group = group;
    }

    Member join(String... capabilities) {
        return join(NanoClock.system(), capabilities);
    }

    /** A participant with a clock of its own. */
    Member join(NanoClock clock, String... capabilities) {
        return join(settings, clock, capabilities);
    }

    /** A participant with settings and a clock of its own. */
    Member join(MeshSettings own, NanoClock clock, String... capabilities) {
        ParticipantId id = new ParticipantId((shared == null ? "m" : group + "-") + members.size());
        var leaderLost = new AtomicInteger();
        Transport transport = transports.get();
        var mesh = new Mesh(
                group, id, this, () -> info(id, capabilities), own, leaderLost::incrementAndGet, transport, clock);
        if (shared == null) {
            mesh.listen();
        } else {
            mesh.listen(shared);
        }
        var record = Participant.builder(group, id)
                .capabilities(List.of(capabilities))
                .address(Address.parse(mesh.address()))
                .build();
        var member = new Member(record, mesh, leaderLost);
        mesh.serve();
        members.add(member);
        add(record);
        return member;
    }

    /** Lists a participant that need not exist. */
    void add(Participant record) {
        records.add(record);
        listeners.forEach(Runnable::run);
    }

    void lead(Member who) {
        term++;
        leader = Optional.of(
                new LeaderInfo(group, who.id(), new Term(term), 0, who.mesh().address()));
        listeners.forEach(Runnable::run);
    }

    void leave(Member who) {
        who.mesh().close();
        records.remove(who.record());
        leader = leader.filter(l -> !l.participant().equals(who.id()));
        listeners.forEach(Runnable::run);
    }

    List<Member> all() {
        return List.copyOf(members);
    }

    private ParticipantInfo info(ParticipantId id, String... capabilities) {
        boolean leads = leader.filter(l -> l.participant().equals(id)).isPresent();
        return new ParticipantInfo(
                group,
                id,
                0,
                leads ? Role.LEADER : Role.FOLLOWER,
                new Term(term),
                List.of(capabilities),
                new TreeMap<>());
    }

    @Override
    public List<Participant> participants() {
        return records;
    }

    @Override
    public Optional<LeaderInfo> leader() {
        return leader;
    }

    @Override
    public Registration onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {
        members.forEach(member -> member.mesh().close());
    }
}
