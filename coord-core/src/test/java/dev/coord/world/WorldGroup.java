package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.CoordinatorSettings;
import dev.coord.election.LeaseTiming;
import dev.coord.store.Store;
import dev.coord.store.shared.SharedStore;
import dev.coord.testing.Patience;
import dev.coord.testing.TestStores;
import dev.coord.testing.TestTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;

/** Coordinators with a world, in one JVM, that share a directory and call each other over the mesh. */
final class WorldGroup implements AutoCloseable {

    private static final CoordinatorSettings COORDINATOR = CoordinatorSettings.defaults()
            .withLease(new LeaseTiming(Duration.ofMillis(100), Patience.LIMIT.dividedBy(2), Patience.LIMIT))
            .withParticipantExpiry(Patience.LIMIT)
            .withHeartbeatInterval(Duration.ofMillis(100))
            .withStartTimeout(Patience.LIMIT)
            .withCloseTimeout(Patience.LIMIT);

    /** For tests that are not about operations that do not end, or have no leader. */
    static final WorldSettings PATIENT =
            WorldSettings.defaults().withSubmitTimeout(Patience.LIMIT).withOperationTimeout(Patience.LIMIT);

    private final Path directory;
    private final WorldSettings settings;
    private final TestTransport transport;
    private final List<Member> members = new CopyOnWriteArrayList<>();

    WorldGroup(Path directory) {
        this(directory, PATIENT);
    }

    WorldGroup(Path directory, WorldSettings settings) {
        this(directory, settings, TestTransport.UNIX);
    }

    /** @param transport what their meshes are built on */
    WorldGroup(Path directory, WorldSettings settings, TestTransport transport) {
        this.directory = directory.resolve("shared");
        this.settings = settings;
        this.transport = transport;
    }

    /** One participant. */
    record Member(Coordinator coordinator, WorldRoleHandler handler) {
        World world() {
            return handler.world();
        }

        WorldEngine engine() {
            return handler.engine().orElseThrow();
        }

        boolean leads() {
            return coordinator.leadership().isPresent() && handler.engine().isPresent();
        }

        long term() {
            return coordinator.leadership().orElseThrow().term().value();
        }

        /** What can be read here, when this has all that {@code other} has. */
        WorldView viewUpTo(long seqno) {
            try {
                assertThat(world().awaitSeqno(seqno, Patience.LIMIT)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return world().read(Function.identity());
        }

        /** Gives the leadership up, so that another one leads. */
        void stepDown() {
            coordinator.stepDown(Duration.ofMillis(500));
        }
    }

    /** Starts a participant, and waits until its role is known and its world was read. */
    Member join() {
        return join(EngineFactory.defaults());
    }

    Member join(EngineFactory factory) {
        return start(build(factory));
    }

    /** Starts it, and waits as {@link #join}. */
    Member start(Member member) {
        member.coordinator().start();
        await().until(() -> member.leads() || member.coordinator().role() == Role.FOLLOWER);
        member.viewUpTo(0);
        return member;
    }

    /** A participant that is not started. */
    Member build(EngineFactory factory) {
        return build(factory, Coordinator.builder().directory(directory).storeSettings(TestStores.PATIENT));
    }

    /** The same on a store that the test gives and closes. */
    Member buildOn(Store store) {
        return buildOn(store, COORDINATOR);
    }

    /** The same with other settings. */
    Member buildOn(Store store, CoordinatorSettings coordinator) {
        return build(EngineFactory.defaults(), Coordinator.builder().store(store), coordinator);
    }

    private Member build(EngineFactory factory, Coordinator.Builder builder) {
        return build(factory, builder, COORDINATOR);
    }

    private Member build(EngineFactory factory, Coordinator.Builder builder, CoordinatorSettings coordinatorSettings) {
        var handler = WorldRoleHandler.builder()
                .operations(Ops.lookup())
                .settings(settings)
                .engineFactory(factory)
                .build();
        if (transport != TestTransport.UNIX) {
            // By default they share the store's sockets.
            builder.transport(() -> transport.in(directory));
        }
        var coordinator = builder.settings(coordinatorSettings)
                .handler(handler)
                .shutdownHook(false)
                .build();
        var member = new Member(coordinator, handler);
        members.add(member);
        return member;
    }

    /** The group's store, for the test to look into and to close. */
    Store openStore() {
        return SharedStore.open(directory, TestStores.PATIENT);
    }

    Member leader() {
        return find(Member::leads);
    }

    /** Has the leader step down until another one leads. */
    void changeLeader() {
        Member old = leader();
        old.stepDown();
        await().pollInterval(Duration.ofMillis(20)).until(() -> {
            if (old.leads()) {
                old.stepDown();
            }
            return members.stream().anyMatch(member -> !member.equals(old) && member.leads());
        });
    }

    Member follower() {
        return find(member -> member.coordinator().role() == Role.FOLLOWER
                && member.coordinator().leader().isPresent());
    }

    private Member find(Function<Member, Boolean> wanted) {
        Supplier<List<Member>> found =
                () -> members.stream().filter(wanted::apply).toList();
        List<Member> now = found.get();
        return now.isEmpty()
                ? await().until(found::get, list -> !list.isEmpty()).get(0)
                : now.get(0);
    }

    List<Member> all() {
        return members;
    }

    /** What a participant other than the leader reads, when it has all that the leader has. */
    WorldView followersView() {
        long seqno = leader().world().seqno();
        return follower().viewUpTo(seqno);
    }

    @Override
    public void close() {
        members.forEach(member -> member.coordinator().close());
    }
}
