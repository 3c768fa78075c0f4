package dev.coord.store.shared;

import dev.coord.proto.WatchEvent;
import dev.coord.store.CommitSignal;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/** Topics as messages. */
final class Topics {
    static final Set<CommitSignal.Topic> ALL = Set.copyOf(EnumSet.allOf(CommitSignal.Topic.class));

    private Topics() {}

    static WatchEvent.Topic toProto(CommitSignal.Topic topic) {
        return switch (topic) {
            case LEASE -> WatchEvent.Topic.TOPIC_LEASE;
            case PARTICIPANTS -> WatchEvent.Topic.TOPIC_PARTICIPANTS;
            case HEAD -> WatchEvent.Topic.TOPIC_HEAD;
        };
    }

    /** What a message names; a topic that this version does not know may be anything. */
    static Set<CommitSignal.Topic> fromProto(Collection<WatchEvent.Topic> topics) {
        var known = EnumSet.noneOf(CommitSignal.Topic.class);
        for (WatchEvent.Topic topic : topics) {
            switch (topic) {
                case TOPIC_LEASE -> known.add(CommitSignal.Topic.LEASE);
                case TOPIC_PARTICIPANTS -> known.add(CommitSignal.Topic.PARTICIPANTS);
                case TOPIC_HEAD -> known.add(CommitSignal.Topic.HEAD);
                default -> known.addAll(ALL);
            }
        }
        return known;
    }
}
