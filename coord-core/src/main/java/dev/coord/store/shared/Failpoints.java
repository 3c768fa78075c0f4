package dev.coord.store.shared;

/** Called at the steps where a process may die or freeze, so that tests can make it do so. */
@FunctionalInterface
interface Failpoints {
    /** The steps on the way to being the owner. */
    enum Step {
        /** The epoch is taken, nothing is chosen yet. */
        EPOCH_TAKEN,
        /** The source of the copy is chosen. */
        SOURCE_CHOSEN,
        /** Half of the first copy is made. */
        COPYING,
        /** The copy is made under its temporary name. */
        COPIED,
        /** The copy has its name, and is complete. */
        COMPLETE,
        /** The owner lock is taken. */
        LOCKED,
        /** The database is open. */
        OPENED,
        /** This process serves as owner. */
        SERVING,
        /** An operation is done and its answer is not sent yet. */
        DONE_NOT_ANSWERED
    }

    /** Nothing happens. */
    Failpoints NONE = step -> {};

    /** This process is at {@code step}. */
    void reached(Step step);
}
