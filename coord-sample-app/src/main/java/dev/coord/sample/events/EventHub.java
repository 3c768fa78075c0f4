package dev.coord.sample.events;

import dev.coord.Registration;
import dev.coord.cluster.Coordinator;
import dev.coord.sample.cluster.Cluster;
import dev.coord.sample.cluster.ClusterService;
import dev.coord.sample.cluster.LeaderRecord;
import dev.coord.sample.flags.FlagAnswer;
import dev.coord.sample.flags.FlagService;
import dev.coord.sample.flags.FlagStore;
import dev.coord.spring.RoleEvent;
import dev.coord.world.World;
import dev.coord.world.WorldChange;
import dev.coord.world.WorldChange.ObjectDeleted;
import dev.coord.world.WorldChange.ObjectSet;
import dev.coord.world.WorldListener;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells clients what changes: {@code roles}, {@code participants} and {@code flags}. Each event has the state as it is then, of
 * all roles and participants, and of the flags that changed; many changes in a short time become one event. The id of a
 * {@code flags} event is the commit that it has reached, the same on every instance: a client that comes again, here or elsewhere,
 * gets what it missed, or all flags if that is not known.
 *
 * <p>One thread makes all events, in order.
 */
@Component
class EventHub implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(EventHub.class);
    private static final int MAX_CLIENTS = 100;
    /** The first change is told at once, and what follows it closely together. */
    private static final long SPACING_MILLIS = 20;
    /** Heartbeats and lags change all the time. */
    private static final long PARTICIPANTS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Coordinator coordinator;
    private final World world;
    private final FlagStore store;
    private final FlagService flags;
    private final ClusterService cluster;
    private final JsonMapper json;
    private final List<Client> clients = new CopyOnWriteArrayList<>();

    private final Object lock = new Object();
    private final List<Joining> joining = new ArrayList<>();
    private final Set<String> dirty = new LinkedHashSet<>();
    private long reached;
    private boolean rolesChanged;
    private boolean running;

    /** On the thread alone. */
    private final FlagJournal journal = new FlagJournal();

    private @Nullable Registration commits;
    private @Nullable Registration directory;

    EventHub(
            Coordinator coordinator,
            World world,
            FlagStore store,
            FlagService flags,
            ClusterService cluster,
            JsonMapper json) {
        this.coordinator = coordinator;
        this.world = world;
        this.store = store;
        this.flags = flags;
        this.cluster = cluster;
        this.json = json;
    }

    private record Joining(Client client, Optional<Long> after) {}

    /** What there is to tell. */
    private record News(List<Joining> joining, Set<String> keys, long reached, boolean roles) {}

    record Roles(Instant now, Cluster.@Nullable Leader leader, List<LeaderRecord> history) {}

    record Participants(Instant now, String servedBy, long seqno, List<Cluster.Participant> participants) {}

    /**
     * Flags.
     *
     * @param all whether these are all flags, and not only those that changed
     * @param deleted keys of those that are gone
     */
    record Flags(boolean all, long seqno, List<FlagAnswer> flags, Set<String> deleted) {}

    /**
     * Lets a client listen.
     *
     * @param after the last commit that it heard of
     * @return whether it may: there is a limit, and an end
     */
    boolean join(SseEmitter emitter, Optional<Long> after) {
        synchronized (lock) {
            if (!running || clients.size() + joining.size() >= MAX_CLIENTS) {
                return false;
            }
            var client = new Client(emitter, clients::remove);
            emitter.onError(failure -> client.end());
            emitter.onTimeout(client::end);
            emitter.onCompletion(client::end);
            joining.add(new Joining(client, after));
            lock.notifyAll();
            return true;
        }
    }

    @Override
    public void start() {
        synchronized (lock) {
            running = true;
        }
        commits = world.watch("", this::changed);
        directory = coordinator.mesh().directory().onChange(this::rolesChanged);
        var thread = new Thread(this::run, "sample-events");
        thread.setDaemon(true);
        thread.start();
    }

    private void changed(WorldListener.Event event) {
        synchronized (lock) {
            for (WorldChange change : event.changes()) {
                dirty.addAll(FlagStore.flagsOf(change));
                rolesChanged |= concernsRoles(change);
            }
            reached = event.seqno();
            lock.notifyAll();
        }
    }

    private boolean concernsRoles(WorldChange change) {
        return (change instanceof ObjectSet set && cluster.concerns(set.key()))
                || (change instanceof ObjectDeleted deleted && cluster.concerns(deleted.key()));
    }

    @EventListener
    void on(RoleEvent event) {
        rolesChanged();
    }

    private void rolesChanged() {
        synchronized (lock) {
            rolesChanged = true;
            lock.notifyAll();
        }
    }

    private void run() {
        long nextParticipants = System.nanoTime();
        while (isRunning()) {
            try {
                News news = await(nextParticipants);
                boolean participants = news.roles() || System.nanoTime() - nextParticipants >= 0;
                tell(news, participants);
                if (participants) {
                    nextParticipants = System.nanoTime() + PARTICIPANTS_NANOS;
                }
                TimeUnit.MILLISECONDS.sleep(SPACING_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                LOG.warn("Clients could not be told what changed; they are asked to come again", e);
                clients.forEach(Client::end);
            }
        }
    }

    private News await(long deadline) throws InterruptedException {
        synchronized (lock) {
            while (running && joining.isEmpty() && dirty.isEmpty() && !rolesChanged) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    break;
                }
                TimeUnit.NANOSECONDS.timedWait(lock, Math.max(left, 1_000_000));
            }
            var news = new News(List.copyOf(joining), new TreeSet<>(dirty), reached, rolesChanged);
            // Those who join count as clients from now on.
            joining.forEach(join -> clients.add(join.client()));
            joining.clear();
            dirty.clear();
            rolesChanged = false;
            return news;
        }
    }

    private void tell(News news, boolean participants) {
        List<Client> old = new ArrayList<>(clients);
        news.joining().forEach(join -> old.remove(join.client()));
        if (!news.keys().isEmpty()) {
            Flags changed = changed(news.keys(), news.reached());
            journal.reached(news.reached());
            changed.flags().forEach(flag -> journal.changed(flag.key(), news.reached()));
            changed.deleted().forEach(key -> journal.deleted(key, news.reached()));
            send(old, changed);
        }
        for (Joining join : news.joining()) {
            join.client().start();
            send(List.of(join.client()), missed(join.after()));
        }
        if (clients.isEmpty() || (!participants && news.joining().isEmpty())) {
            return;
        }
        Cluster now = cluster.cluster();
        var roles = message("roles", new Roles(now.now(), now.leader(), now.history()));
        var others =
                message("participants", new Participants(now.now(), now.servedBy(), now.seqno(), now.participants()));
        for (Client client : participants
                ? clients
                : news.joining().stream().map(Joining::client).toList()) {
            if (news.roles() || !old.contains(client)) {
                client.send(roles);
            }
            client.send(others);
        }
    }

    /** These flags as they are now, which has at least commit {@code seqno}. */
    private Flags changed(Set<String> keys, long seqno) {
        return world.read(view -> {
            var there = new ArrayList<FlagAnswer>();
            var gone = new TreeSet<String>();
            for (String key : keys) {
                store.find(view, key)
                        .ifPresentOrElse(flag -> there.add(flags.answer(flag, view.seqno())), () -> gone.add(key));
            }
            return new Flags(false, seqno, there, gone);
        });
    }

    private Flags missed(Optional<Long> after) {
        if (journal.last() < 0) {
            // Nothing has changed since this instance began to listen.
            journal.reached(world.seqno());
        }
        Optional<List<String>> keys = after.flatMap(journal::since);
        if (keys.isPresent()) {
            return changed(new TreeSet<>(keys.get()), journal.last());
        }
        var all = flags.list("", 0);
        return new Flags(true, journal.last(), all.value(), Set.of());
    }

    private void send(List<Client> to, Flags some) {
        if (!to.isEmpty()) {
            var message = new Client.Message(Long.toString(some.seqno()), "flags", json.writeValueAsString(some));
            to.forEach(client -> client.send(message));
        }
    }

    private Client.Message message(String name, Object state) {
        return new Client.Message("", name, json.writeValueAsString(state));
    }

    /** Ends all streams, so that the web server does not wait for them. */
    @Override
    public void stop() {
        List<Joining> late;
        synchronized (lock) {
            running = false;
            late = List.copyOf(joining);
            joining.clear();
            lock.notifyAll();
        }
        Optional.ofNullable(commits).ifPresent(Registration::close);
        Optional.ofNullable(directory).ifPresent(Registration::close);
        late.forEach(join -> join.client().start());
        late.forEach(join -> join.client().end());
        clients.forEach(Client::end);
    }

    @Override
    public boolean isRunning() {
        synchronized (lock) {
            return running;
        }
    }

    /** After the coordinator at the end, and before the web server, which waits for its last requests. */
    @Override
    public int getPhase() {
        return SmartLifecycle.DEFAULT_PHASE - 2;
    }
}
