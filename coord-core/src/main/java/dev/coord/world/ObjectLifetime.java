package dev.coord.world;

import dev.coord.ParticipantId;
import java.time.Duration;
import java.util.Optional;

/**
 * For how long an object is there, if nobody deletes it before.
 *
 * <p><b>Time to live.</b> An object that was not changed for this long is deleted by the leader, with its quads, in a commit like
 * any other. Each change of the object begins the time anew: {@link ObjectState#incrementRev} is enough, setting an equal content
 * is none. The leader counts on its own monotonic clock, from when it has made the change, or from when it began to lead: an object
 * never ends early, and lives longer by at most its time to live for each change of leader, and some 100 ms.
 *
 * <p><b>Owner.</b> An ephemeral object is deleted when the participant that owns it has ended: its process is proven dead, it has
 * left, or it gave no sign of life for so long that the others removed it from the list of participants. One that was frozen for
 * that long and goes on finds its objects gone. A process that starts again is another participant. All of one owner end in
 * one commit, up to 500 of them. A participant can own objects when its coordinator has started; of an owner that was never in the
 * list, the leader believes only after the participant expiry that it will not come.
 *
 * @param timeToLive 1 ms to 366 days, in whole milliseconds; empty: until it is deleted
 * @param owner the participant that it ends with; empty: none
 */
public record ObjectLifetime(Optional<Duration> timeToLive, Optional<ParticipantId> owner) {
    /** Until somebody deletes it. */
    public static final ObjectLifetime UNLIMITED = new ObjectLifetime(Optional.empty(), Optional.empty());

    private static final Duration LONGEST = Duration.ofDays(366);

    public ObjectLifetime {
        timeToLive.ifPresent(time -> {
            if (time.toMillis() < 1
                    || time.compareTo(LONGEST) > 0
                    || !time.equals(Duration.ofMillis(time.toMillis()))) {
                throw new InvalidOperationException(
                        "time to live",
                        "An object lives for 1 ms to " + LONGEST.toDays() + " days, in whole milliseconds, not "
                                + time);
            }
        });
    }

    /** Until it was not changed for this long. */
    public static ObjectLifetime timeToLive(Duration time) {
        return new ObjectLifetime(Optional.of(time), Optional.empty());
    }

    /** Until {@code participant} ends. */
    public static ObjectLifetime ownedBy(ParticipantId participant) {
        return new ObjectLifetime(Optional.empty(), Optional.of(participant));
    }

    /** Both: until it was not changed for this long, or its owner has ended. */
    public ObjectLifetime withTimeToLive(Duration time) {
        return new ObjectLifetime(Optional.of(time), owner);
    }

    /** Whether only somebody who deletes it ends it. */
    public boolean isUnlimited() {
        return timeToLive.isEmpty() && owner.isEmpty();
    }

    long ttlMillis() {
        return timeToLive.map(Duration::toMillis).orElse(0L);
    }

    String ownerValue() {
        return owner.map(ParticipantId::value).orElse("");
    }

    /** @throws InvalidOperationException if it cannot be one */
    static ObjectLifetime of(long ttlMillis, String owner) {
        if (ttlMillis == 0 && owner.isEmpty()) {
            return UNLIMITED;
        }
        try {
            return new ObjectLifetime(
                    ttlMillis == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(ttlMillis)),
                    owner.isEmpty() ? Optional.empty() : Optional.of(new ParticipantId(owner)));
        } catch (IllegalArgumentException e) {
            throw new InvalidOperationException("owner", String.valueOf(e.getMessage()));
        }
    }
}
