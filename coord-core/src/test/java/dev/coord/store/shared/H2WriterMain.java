package dev.coord.store.shared;

import dev.coord.proto.ParticipantKey;
import dev.coord.proto.ParticipantRecord;
import dev.coord.proto.StoreRequest;
import dev.coord.testing.Console;
import dev.coord.testing.LoadAccount;
import dev.coord.testing.Patience;
import dev.coord.transport.unix.PrivateDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * Owns a database and writes to it, flat out, until it is killed, in steps that {@link H2Gate} knows. It goes on where the process
 * before it was killed.
 *
 * <p>Arguments: directory, files of the {@link LoadAccount}s, one for each thread.
 */
public final class H2WriterMain {
    private H2WriterMain() {}

    public static void main(String[] args) throws Exception {
        var directory = new SharedDirectory(Path.of(args[0]));
        EpochFile epochs = EpochFile.open(directory);
        Path file = directory.database(H2Gate.EPOCH);
        if (!Files.exists(file)) {
            JournaledDatabase.create(
                    directory, PrivateDirectory.createFile(file), directory.journal(H2Gate.EPOCH), H2Gate.EPOCH);
        }
        var owner = new Owner(
                H2Gate.EPOCH,
                epochs,
                () -> JournaledDatabase.open(directory, H2Gate.EPOCH, () -> true, changed -> {}, Failpoints.NONE),
                Failpoints.NONE);
        owner.open();
        for (int i = 1; i < args.length; i++) {
            LoadAccount account = LoadAccount.open(Path.of(args[i]));
            var writer = new Thread(() -> write(owner, account), account.worker());
            writer.setDaemon(true);
            writer.start();
        }
        Console.obey(words -> true);
    }

    private static void write(Owner owner, LoadAccount account) {
        try {
            while (true) {
                long step = account.acknowledged() + 1;
                account.submit(step);
                var answer = owner.execute(request(account.worker(), step), TimeUnit.SECONDS.toNanos(Patience.SECONDS));
                if (!answer.getAccepted()) {
                    throw new IllegalStateException(answer.getError());
                }
                account.acknowledge(step);
            }
        } catch (Exception e) {
            account.noteWrong(account.submitted());
            throw new IllegalStateException(e);
        }
    }

    /** Each step can be repeated. */
    private static StoreRequest request(String worker, long step) {
        String id = String.valueOf(H2Gate.id(step));
        if (H2Gate.kind(step) == H2Gate.Kind.DELETE) {
            return StoreRequest.newBuilder()
                    .setDeleteParticipant(
                            ParticipantKey.newBuilder().setGroup(worker).setParticipantId(id))
                    .build();
        }
        return StoreRequest.newBuilder()
                .setPutParticipant(ParticipantRecord.newBuilder()
                        .setGroup(worker)
                        .setParticipantId(id)
                        .addCapabilities(Base64.getEncoder().encodeToString(H2Gate.payload(worker, step))))
                .build();
    }
}
