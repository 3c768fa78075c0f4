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
        /** The database is copied under its temporary name, the journal is not yet. */
        DATABASE_COPIED,
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
        /** An operation of the journal is about to be carried out by the next owner. */
        REPLAYING,
        /** An operation is in the journal, and not carried out. */
        JOURNALED_NOT_APPLIED,
        /** The database was told to store what it has, and the journal still has it too. */
        CHECKPOINTED,
        /** A new segment of the journal was begun. */
        ROTATED,
        /** An operation is done and its answer is not sent yet. */
        DONE_NOT_ANSWERED
    }

    /** Nothing happens. */
    Failpoints NONE = step -> {};

    /** This process is at {@code step}. */
    void reached(Step step);
}
