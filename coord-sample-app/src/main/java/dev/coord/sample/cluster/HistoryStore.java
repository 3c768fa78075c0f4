package dev.coord.sample.cluster;

import dev.coord.spring.WorldOp;
import dev.coord.world.ObjectState;
import dev.coord.world.ObjectView;
import dev.coord.world.WorldState;
import dev.coord.world.WorldView;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who led when, in the world: {@code leaders/<term>} is written by who begins to lead, {@code endings/<term>} by who stops, if it
 * still can.
 */
@Component
class HistoryStore {
    static final String LED = "cluster/led";
    static final String ENDED = "cluster/ended";
    /** Keys of records begin with this. */
    static final String LEADERS = "leaders/";

    static final String ENDINGS = "endings/";
    private static final int KEPT = 50;

    private final JsonMapper json;

    HistoryStore(JsonMapper json) {
        this.json = json;
    }

    /** That a term ended, and why. */
    record Ending(long term, ChangeReason reason) {}

    @WorldOp(LED)
    void led(WorldState world, LeaderRecord record) {
        put(world, key(LEADERS, record.term()), record);
        trim(world, LEADERS);
        trim(world, ENDINGS);
    }

    @WorldOp(ENDED)
    void ended(WorldState world, Ending ending) {
        put(world, key(ENDINGS, ending.term()), ending);
    }

    private void put(WorldState world, String key, Object content) {
        byte[] bytes = json.writeValueAsBytes(content);
        Optional<ObjectState> there = world.object(key);
        if (there.isPresent()) {
            var unused = there.get().setContent(bytes);
        } else {
            var unused = world.createObject(key, world.storage().write(bytes));
        }
    }

    private static void trim(WorldState world, String prefix) {
        var keys = new ArrayList<String>();
        world.objects(prefix, true).forEachRemaining(object -> keys.add(object.key()));
        keys.stream().skip(KEPT).forEach(world::deleteObject);
    }

    /** In the order of the terms. */
    private static String key(String prefix, long term) {
        return String.format(Locale.ROOT, "%s%019d", prefix, term);
    }

    /** Who led, the latest first. */
    List<LeaderRecord> latest(WorldView world) {
        var records = new ArrayList<LeaderRecord>();
        for (Iterator<? extends ObjectView> objects = world.objects(LEADERS, true); objects.hasNext(); ) {
            var record = json.readValue(objects.next().content(), LeaderRecord.class);
            // The old leader knows best.
            records.add(world.object(key(ENDINGS, record.previousTerm()))
                    .map(object -> json.readValue(object.content(), Ending.class))
                    .map(ending -> record.because(ending.reason()))
                    .orElse(record));
        }
        return records;
    }
}
