package dev.coord.store;

import dev.coord.ParticipantId;
import dev.coord.Term;

/** In whose name a world is written to: the fence lets one pass that holds the group's lease with this term. */
public record WorldWriter(String group, ParticipantId participant, Term term) {}
