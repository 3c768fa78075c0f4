package dev.coord.store.shared;

import static dev.coord.testing.Console.say;

import dev.coord.ParticipantId;
import dev.coord.StoreUnavailableException;
import dev.coord.store.Participant;
import dev.coord.store.Store;
import dev.coord.store.shared.SharedStoreSettings.FrozenOwner;
import dev.coord.testing.Console;
import dev.coord.testing.Load;
import dev.coord.testing.LoadAccount;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A user of a shared store in a process of its own, which works all the time, and dies, freezes or waits on command at a step
 * on its way to being the owner.
 *
 * <p>Arguments: directory, what to do about a frozen owner and when it is one, file of the {@link LoadAccount}, and optionally what to arm, as after
 * the command "arm".
 */
public final class FailpointStoreMain {
    /** Of the record that the command "put" puts. */
    static final String GROUP = "others";

    static final ParticipantId PARTICIPANT = new ParticipantId("other");

    private static final Duration PACE = Duration.ofMillis(2);

    private FailpointStoreMain() {}

    public static void main(String[] args) throws Exception {
        var failpoints = new ArmedFailpoint();
        if (args.length > 4) {
            arm(failpoints, args, 4);
        }
        SharedStoreSettings settings = SharedStoreSettings.defaults()
                .withFrozenOwner(FrozenOwner.valueOf(args[1]))
                .withOwnerStaleThreshold(Duration.parse(args[2]));
        try (Store store = SharedStore.open(Path.of(args[0]), settings, failpoints);
                Load load = Load.start(store, LoadAccount.open(Path.of(args[3])), PACE)) {
            say("STARTED " + load.worker());
            Console.obey(words -> {
                switch (words[0]) {
                    case "arm" -> {
                        arm(failpoints, words, 1);
                        say("ARMED");
                    }
                    case "go" -> failpoints.go();
                    case "put" -> put(store, String.join(" ", words).substring("put ".length()));
                    default -> say("UNKNOWN COMMAND " + words[0]);
                }
                return true;
            });
        }
    }

    /** Puts a record of {@code machine}, again while the outcome is unknown; says so once, when that is acknowledged. */
    private static void put(Store store, String machine) {
        var record = Participant.builder(GROUP, PARTICIPANT).host(machine).build();
        var thread = new Thread(
                () -> {
                    while (!isPut(store, record)) {
                        Thread.onSpinWait();
                    }
                    say("PUT");
                },
                "put");
        thread.setDaemon(true);
        thread.start();
    }

    private static boolean isPut(Store store, Participant record) {
        try {
            store.participants().put(record);
            return true;
        } catch (StoreUnavailableException e) {
            // It waited for the call timeout, most of which it may have been frozen.
            return false;
        }
    }

    /** Words: step, action, marker. */
    private static void arm(ArmedFailpoint failpoints, String[] words, int from) {
        failpoints.arm(
                Failpoints.Step.valueOf(words[from]),
                ArmedFailpoint.Action.valueOf(words[from + 1]),
                Path.of(words[from + 2]));
    }
}
