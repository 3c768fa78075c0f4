package dev.coord.cluster;

import dev.coord.ParticipantId;
import java.util.List;
import java.util.SortedMap;

/** Who a participant is. */
record Self(String group, ParticipantId id, List<String> capabilities, SortedMap<String, String> attributes) {}
