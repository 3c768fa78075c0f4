package dev.coord.election;

import dev.coord.ParticipantId;

/**
 * Who stands for election.
 *
 * @param group the group to lead
 * @param participant its name, unique for ever
 * @param pid its process, for people
 * @param address where its private server listens, empty if it has none
 * @param process the identity of its process, from which others can prove its death; empty if they cannot
 */
public record Candidate(String group, ParticipantId participant, long pid, String address, String process) {}
