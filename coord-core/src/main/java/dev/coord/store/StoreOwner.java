package dev.coord.store;

/**
 * The process that has a shared database open, as one process knows it. It may have changed by now.
 *
 * @param epoch the epoch that it serves; it grows when a frozen owner is replaced
 * @param pid its pid in its own PID namespace, for people
 * @param address where it serves the others
 * @param here whether it is the process that was asked
 */
public record StoreOwner(long epoch, long pid, String address, boolean here) {}
