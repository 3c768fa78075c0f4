package dev.coord;

/**
 * The leader of a group, as the lease names it. It is a statement about the moment when it was read, not about now.
 *
 * @param group the group that it leads
 * @param participant who leads
 * @param term the term of its leadership
 * @param pid the leader's process id in its own PID namespace, for people
 * @param address where the leader's private server listens, empty when it has none: {@code host:port}, or the path of a Unix socket as
 *     this process sees it, by which another process may not find it
 */
public record LeaderInfo(String group, ParticipantId participant, Term term, long pid, String address) {}
