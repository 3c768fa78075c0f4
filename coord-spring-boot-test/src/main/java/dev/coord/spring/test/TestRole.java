package dev.coord.spring.test;

import dev.coord.cluster.Coordinator;

/**
 * Decides the role of this application in one group.
 *
 * <p>A method that changes the role returns when the change is known everywhere: the role handler and the methods for the role were
 * called, and all listeners have returned. A handler or method that returns has returned, too; one that works for as long as the
 * role lasts has begun, and is taken for such when it waits for something for 20 ms. What others do on threads of their own may come later.
 *
 * <p>Methods may be called from any thread, but not from a handler or a listener. They throw {@link IllegalStateException} if the
 * application does not take part, if the change takes longer than 30 s, saying what it waits for, and if the thread is interrupted.
 */
public interface TestRole {
    /** This application leads from now on. Does nothing if it does already. */
    void becomeLeader();

    /** Another instance leads from now on, to which this one has handed over. Does nothing if one does already. */
    void becomeFollower();

    /**
     * Another instance leads from now on, and has taken the lease: as if this one had been paused for too long. If this one did
     * lead, it loses its leadership as {@link dev.coord.LossReason#DEPOSED}.
     */
    void loseLeadership();

    /** Back to the role at the beginning. */
    void reset();

    /**
     * The other instance: a participant in this JVM, with a copy of this one's world, and the same operations. It has no role
     * handler, and serves nothing else to the mesh but what a test adds to its {@link Coordinator#mesh() mesh}. It is there from
     * when it is first needed, until the application context is closed.
     */
    Coordinator otherParticipant();
}
