package dev.coord.store.shared;

import static dev.coord.testing.Console.say;

import dev.coord.ParticipantId;
import dev.coord.store.Participant;
import dev.coord.store.Store;
import dev.coord.transport.PathNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Opens directories, commits something in each, and stays until its input ends. The arguments are encoded paths. */
final class AnyPathMain {
    private AnyPathMain() {}

    public static void main(String[] args) throws Exception {
        List<Store> open = new ArrayList<>();
        for (String directory : args) {
            Store store = SharedStore.open(
                    PathNames.decode(directory),
                    SharedStoreSettings.defaults().withCallTimeout(Duration.ofSeconds(30)));
            put(store);
            open.add(store);
        }
        say("OPENED " + open.size());
        while (System.in.read() >= 0) {
            // Whoever started it closes this.
        }
        Runtime.getRuntime().halt(0);
    }

    static void put(Store store) {
        store.participants()
                .put(Participant.builder("group", ParticipantId.random()).build());
    }
}
