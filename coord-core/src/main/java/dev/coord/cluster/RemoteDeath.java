package dev.coord.cluster;

/** What proves that a process is dead which the kernel's list of processes does not show here, and which has no lock of a file. */
public enum RemoteDeath {
    /**
     * Three signs together: its session with the database is over, the connection to it broke without a farewell, and its kernel
     * refuses another one.
     */
    CONNECTIONS,
    /** Nothing does: its lease is free for others when it is stale. */
    NEVER
}
