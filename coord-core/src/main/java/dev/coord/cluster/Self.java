package dev.coord.cluster;

import dev.coord.ParticipantId;
import java.util.List;

/** Who a participant is. */
record Self(String group, ParticipantId id, List<String> capabilities, Attributes attributes) {}
