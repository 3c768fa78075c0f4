package dev.coord.world;

/** A transaction that only reads: a view of one instant. */
record ReadTransaction(WorldState state) implements WorldTransaction {
    @Override
    public long commit() {
        return state.seqno();
    }

    @Override
    public void close() {}
}
