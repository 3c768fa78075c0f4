package dev.coord.store;

import dev.coord.ParticipantId;
import dev.coord.Term;

/**
 * Frees a lease if the participant holds it with this term. The row and its term stay.
 *
 * @param group whose lease
 * @param participant who holds it
 * @param term with which term
 */
public record LeaseRelease(String group, ParticipantId participant, Term term) {}
