package dev.coord.docs.snippets;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coord.ParticipantId;
import dev.coord.spring.WorldListener;
import dev.coord.spring.WorldOp;
import dev.coord.spring.WorldTemplate;
import dev.coord.world.ObjectLifetime;
import dev.coord.world.ObjectRef;
import dev.coord.world.ObjectState;
import dev.coord.world.ObjectView;
import dev.coord.world.WorldBatch;
import dev.coord.world.WorldChange;
import dev.coord.world.WorldResult;
import dev.coord.world.WorldState;
import dev.coord.world.WorldView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

@Component
class Patterns {
    private static final Logger log = LoggerFactory.getLogger(Patterns.class);

    private final WorldTemplate worldTemplate;

    Patterns(WorldTemplate worldTemplate) {
        this.worldTemplate = worldTemplate;
    }

    void change(String key, long seenModSeqno, byte[] value) {
        var batch = new WorldBatch().ifModSeqno("config/" + key, seenModSeqno).put("config/" + key, value);
        worldTemplate.submitBatch(batch);
    }

    @WorldListener("config/")
    void changed(List<WorldChange> changes) {
        log.info("{} settings changed", changes.size());
    }

    @WorldOp("tasks/take")
    String take(WorldState world, ParticipantId sender) {
        var tasks = world.objects("tasks/");
        while (tasks.hasNext()) {
            String task = tasks.next().key();
            if (world.object("taken/" + task).isEmpty()) {
                world.createObject("taken/" + task, ObjectRef.EMPTY, ObjectLifetime.ownedBy(sender));
                return task;
            }
        }
        return "";
    }

    @WorldOp("limits/pass")
    boolean pass(WorldState world, String who) {
        String prefix = "limits/" + who + "/";
        int passed = 0;
        for (var objects = world.objects(prefix); objects.hasNext(); objects.next()) {
            passed++;
        }
        if (passed >= 10) {
            return false;
        }
        world.createObject(prefix + world.seqno(), ObjectRef.EMPTY, ObjectLifetime.timeToLive(Duration.ofMinutes(1)));
        return true;
    }

    static String owner(WorldView world, String key) {
        Optional<? extends ObjectView> found = world.object("owners/" + key);
        if (found.isEmpty()) {
            found = world.object("owner/" + key);
        }
        return found.map(object -> new String(object.content(), UTF_8)).orElse("nobody");
    }

    @WorldOp("owners/move")
    int move(WorldState world) {
        int moved = 0;
        for (var old = world.objects("owner/"); old.hasNext() && moved < 100; moved++) {
            ObjectState object = old.next();
            world.renameObject(object.key(), object.key().replace("owner/", "owners/"), false);
        }
        return moved;
    }

    CompletableFuture<WorldResult> placed(String orderId) {
        return worldTemplate.submitAfterCommit("order-" + orderId, "orders/placed", orderId);
    }
}
