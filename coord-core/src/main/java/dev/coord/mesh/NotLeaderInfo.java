package dev.coord.mesh;

import dev.coord.ParticipantId;
import dev.coord.Term;
import dev.coord.transport.Address;
import java.util.Optional;

/**
 * What a participant that does not lead says to who takes it for the leader.
 *
 * @param group its group
 * @param leader who leads as far as it knows; empty when it knows of nobody
 * @param term the term of that leader; {@link Term#NONE} when it knows of nobody
 * @param address where the private server of that leader listens: a host and port, or the name alone of a Unix socket, as each
 *     process may see its directory by another path; empty if it has none, or nobody is known. To call the leader, use
 *     {@code coord:///leader} or {@code coord:///participant/<id>}
 */
public record NotLeaderInfo(String group, Optional<ParticipantId> leader, Term term, Optional<Address> address) {}
