package dev.coord.sample.flags;

import dev.coord.world.ObjectState;
import dev.coord.world.ObjectView;
import dev.coord.world.WorldChange;
import dev.coord.world.WorldChange.ObjectDeleted;
import dev.coord.world.WorldChange.ObjectSet;
import dev.coord.world.WorldState;
import dev.coord.world.WorldView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where flags are in the world. The exposures of a flag are an object of their own, {@code exposures/<key>}: if they were part of
 * the flag, each one would change its revision, and nobody could change a busy flag on the condition that it is as it was seen.
 */
@Component
public class FlagStore {
    /** Keys of flags in the world begin with this. */
    public static final String FLAGS = "flags/";

    private static final String EXPOSURES = "exposures/";

    private final JsonMapper json;

    FlagStore(JsonMapper json) {
        this.json = json;
    }

    /** The keys of the flags that {@code change} changes. */
    public static List<String> flagsOf(WorldChange change) {
        if (change instanceof ObjectSet set) {
            return flagOf(set.key()).stream().toList();
        }
        return change instanceof ObjectDeleted deleted
                ? flagOf(deleted.key()).stream().toList()
                : List.of();
    }

    private static Optional<String> flagOf(String objectKey) {
        if (objectKey.startsWith(FLAGS)) {
            return Optional.of(objectKey.substring(FLAGS.length()));
        }
        return objectKey.startsWith(EXPOSURES)
                ? Optional.of(objectKey.substring(EXPOSURES.length()))
                : Optional.empty();
    }

    /** The flag with this key. */
    public Optional<Flag> find(WorldView world, String key) {
        return world.object(FLAGS + key).map(object -> flag(world, object));
    }

    /** All flags whose key begins with {@code prefix}, by key. */
    public List<Flag> list(WorldView world, String prefix) {
        var flags = new ArrayList<Flag>();
        for (Iterator<? extends ObjectView> objects = world.objects(FLAGS + prefix); objects.hasNext(); ) {
            flags.add(flag(world, objects.next()));
        }
        return flags;
    }

    private Flag flag(WorldView world, ObjectView object) {
        String key = object.key().substring(FLAGS.length());
        FlagContent content = content(object);
        return new Flag(
                key, content.enabled(), content.value(), object.rev(), exposures(world, key), content.scheduledFlip());
    }

    FlagContent content(ObjectView object) {
        return json.readValue(object.content(), FlagContent.class);
    }

    /** Sets the flag; the same content again changes nothing. */
    void put(WorldState world, String key, FlagContent content) {
        set(world, FLAGS + key, json.writeValueAsBytes(content));
    }

    void delete(WorldState world, String key) {
        world.deleteObject(FLAGS + key);
        world.deleteObject(EXPOSURES + key);
    }

    void expose(WorldState world, String key, long by) {
        long exposures = Math.addExact(exposures(world, key), by);
        set(world, EXPOSURES + key, Long.toString(exposures).getBytes(StandardCharsets.US_ASCII));
    }

    private static long exposures(WorldView world, String key) {
        return world.object(EXPOSURES + key)
                .map(object -> Long.parseLong(new String(object.content(), StandardCharsets.US_ASCII)))
                .orElse(0L);
    }

    private static void set(WorldState world, String key, byte[] content) {
        Optional<ObjectState> there = world.object(key);
        if (there.isPresent()) {
            var unused = there.get().setContent(content);
        } else {
            var unused = world.createObject(key, world.storage().write(content));
        }
    }
}
