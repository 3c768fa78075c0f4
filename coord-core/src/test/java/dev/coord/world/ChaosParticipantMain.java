package dev.coord.world;

import static dev.coord.testing.Console.say;

import dev.coord.CoordException;
import dev.coord.ParticipantId;
import dev.coord.cluster.Coordinator;
import dev.coord.testing.ParticipantMain;
import dev.coord.testing.ParticipantOptions;
import dev.coord.testing.Patience;
import dev.coord.world.ChaosOperations.Add;
import dev.coord.world.ChaosOperations.CompareAndSet;
import dev.coord.world.ChaosOperations.Get;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A participant with a world, in a process of its own, which does what {@link WorldClient}s ask it for. */
public final class ChaosParticipantMain implements ParticipantMain.Variant {

    private final ExecutorService clients = Executors.newCachedThreadPool(work -> {
        var thread = new Thread(work, "client");
        thread.setDaemon(true);
        return thread;
    });
    private final WorldRoleHandler handler = WorldRoleHandler.builder()
            .operations(ChaosOperations.LOOKUP)
            .settings(settings())
            .build();
    private final ReadProbe probe = new ReadProbe(handler::world);
    private final FreezingStore.Trigger trigger = new FreezingStore.Trigger();

    ChaosParticipantMain() {}

    public static void main(String[] args) throws Exception {
        ParticipantMain.run(args, new ChaosParticipantMain());
    }

    /** A log that keeps everything. */
    static WorldSettings settings() {
        return WorldSettings.defaults().withResults(Duration.ofHours(10), 100_000_000);
    }

    WorldRoleHandler handler() {
        return handler;
    }

    @Override
    public Coordinator.Builder builder(ParticipantOptions options) {
        var store = new FreezingStore(options.openStore(), trigger);
        return Coordinator.builder().store(store).handler(handler);
    }

    @Override
    public boolean obey(String[] words) throws Exception {
        switch (words[0]) {
            case "op" -> clients.execute(() -> submit(words[1], operation(words)));
            case "burst" -> burst(words[1], Integer.parseInt(words[2]));
            case "engine-op" -> clients.execute(() -> submitHere(words[1], operation(words)));
            case "read" -> clients.execute(() -> read(words[1], Long.parseLong(words[2]), words[3]));
            case "freeze-at-commit" -> {
                trigger.arm(Path.of(words[1]));
                say("ARMED");
            }
            case "resets" -> sayResets();
            case "probe" -> {
                probe.begin();
                say("PROBING");
            }
            case "reads" -> say("READS " + probe.count());
            case "probed" -> say("PROBED " + probe.end());
            default -> {
                return false;
            }
        }
        return true;
    }

    /** How often commits were lost; and the last time what was seen last, what there was instead, and the difference. */
    private void sayResets() {
        WorldStatus status = handler.status().orElseThrow();
        say("RESETS " + status.resets() + " "
                + status.lastReset()
                        .map(reset -> reset.seqno() + " " + reset.newSeqno() + " " + reset.lost())
                        .orElse("-"));
    }

    /** Words: "op", id, kind, and what it needs. */
    private static WorldOperation operation(String[] words) {
        return switch (words[2]) {
            case "add" -> new Add();
            case "cas" -> new CompareAndSet(words[3], Long.parseLong(words[4]), Long.parseLong(words[5]));
            case "get" -> new Get(words[3]);
            default -> throw new IllegalArgumentException(words[2]);
        };
    }

    private void submit(String id, WorldOperation operation) {
        try {
            sayDone("OP", id, handler.world().submit(id, operation));
        } catch (CoordException e) {
            sayFailed("OP", id, e);
        }
    }

    /** Submits increments all at once. */
    private void burst(String name, int count) {
        for (int i = 0; i < count; i++) {
            String id = name + "-" + i;
            var unused = handler.world().submitAsync(id, new Add()).whenComplete((result, failure) -> {
                if (failure == null) {
                    sayDone("OP", id, result);
                } else {
                    sayFailed("OP", id, failure);
                }
            });
        }
    }

    /** To the engine of this process, without anybody who would repeat it. */
    private void submitHere(String id, WorldOperation operation) {
        try {
            WorldEngine engine = handler.awaitEngine(Patience.LIMIT).orElseThrow();
            ParticipantId sender = handler.participant();
            sayDone(
                    "ENGINE-OP",
                    id,
                    engine.submit(WorldWrite.of(operation), id, sender).get());
        } catch (ExecutionException e) {
            sayFailed("ENGINE-OP", id, e.getCause());
        } catch (InterruptedException e) {
            sayFailed("ENGINE-OP", id, e);
        }
    }

    private static void sayDone(String what, String id, WorldResult result) {
        say(what + " " + id + " DONE " + result.seqno() + " " + result.term() + " "
                + ChaosOperations.number(result.value()));
    }

    private static void sayFailed(String what, String id, Throwable failure) {
        if (failure instanceof OperationRejectedException refused) {
            say(what + " " + id + " REFUSED " + refused.getMessage());
        } else if (failure instanceof WorldUnavailableException) {
            say(what + " " + id + " UNKNOWN");
        } else {
            say(what + " " + id + " WRONG " + failure);
        }
    }

    private void read(String id, long seqno, String register) {
        try {
            if (!handler.world().awaitSeqno(seqno, Patience.LIMIT)) {
                say("READ " + id + " UNKNOWN");
                return;
            }
            String seen = handler.world()
                    .read(world -> world.seqno() + " " + ChaosOperations.number(world, ChaosOperations.COUNTER) + " "
                            + ChaosOperations.number(world, register));
            say("READ " + id + " DONE " + seen);
        } catch (CoordException | InterruptedException e) {
            say("READ " + id + " UNKNOWN");
        }
    }
}
