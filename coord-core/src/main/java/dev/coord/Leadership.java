package dev.coord;

import java.time.Duration;
import java.util.Optional;

/**
 * One leadership, from its claim to its end. Once lost it is never held again: the next one has a later {@link #term()}.
 *
 * <p>{@link #isHeld()} is this process's own, careful view: it turns false on the process's monotonic clock before anyone else
 * can win. A process can still be paused between asking and acting, so whatever must never happen twice has to be checked
 * against the term in the transaction that does it; {@code isHeld()} alone does not fence.
 *
 * <p>All methods may be called from any thread.
 */
public interface Leadership {
    /** The group that is led. */
    String group();

    /** Who leads. */
    ParticipantId participant();

    /** The fencing token of this leadership. */
    Term term();

    /**
     * Whether the last successful renewal began less than the renew deadline ago and nothing else ended this leadership. On a busy
     * machine the deadline is stretched, together with the time that others wait.
     */
    boolean isHeld();

    /**
     * Whether this leadership begins a fresh session rather than continues one: no other participant of the group was alive
     * when it was won, and the winner had not known any leader before.
     */
    boolean isFreshSession();

    /** Waits until this leadership is lost; returns at once if it is. */
    void awaitLost() throws InterruptedException;

    /** Waits until this leadership is lost, at most for {@code timeout}; says whether it is. */
    boolean awaitLost(Duration timeout) throws InterruptedException;

    /** Why it was lost, or empty as long as it was not. */
    Optional<LossReason> lossReason();

    /**
     * Runs {@code listener} once when this leadership is lost, or at once if it is, on a thread that is made for it. What it
     * throws is logged. Listeners that wait run one after the other, in the order in which they came.
     */
    Registration onLost(Runnable listener);
}
