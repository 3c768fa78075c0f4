package dev.coord.spring;

/** What follows when that which a bean does as the leader fails. It is logged, and shown in the health, in any case. */
public enum OnFailure {
    /**
     * This participant steps down, so that another one may do better, and waits longer each time before it stands again. No
     * leader stays that does not do its work.
     */
    STEP_DOWN,
    /** This participant goes on leading. */
    CONTINUE
}
