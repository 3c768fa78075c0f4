package dev.coord.store;

import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.transport.Address;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One participant of a group, as the store has it. Times are by the wall clock of its machine, and for people only: no decision
 * compares them.
 *
 * @param group its group
 * @param id its name, unique for ever: a restarted process is another participant
 * @param pid its process, in its own PID namespace, for people
 * @param role what it was when it last gave a sign of life
 * @param capabilities what it can do, for others to choose by
 * @param attributes what else it tells the others of itself, a URL, a zone, a version
 * @param address where its private server listens; empty if it has none
 * @param process the identity of its process, from which others can prove its death; empty if they cannot
 * @param host the machine's name, for people
 * @param started when it began to take part
 * @param lastHeartbeat when it last gave a sign of life
 * @param heartbeats counts its signs of life; whoever sees it unchanged knows that none came
 */
public record Participant(
        String group,
        ParticipantId id,
        long pid,
        Role role,
        List<String> capabilities,
        SortedMap<String, String> attributes,
        Optional<Address> address,
        String process,
        String host,
        Instant started,
        Instant lastHeartbeat,
        long heartbeats) {
    public Participant {
        capabilities = List.copyOf(capabilities);
        attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    }

    /** A participant of {@code group}, of which nothing else is known yet. */
    public static Builder builder(String group, ParticipantId id) {
        return new Builder(group, id);
    }

    /** For one that differs in some things. */
    public Builder toBuilder() {
        return new Builder(group, id)
                .pid(pid)
                .role(role)
                .capabilities(capabilities)
                .attributes(attributes)
                .address(address.orElse(null))
                .process(process)
                .host(host)
                .started(started)
                .lastHeartbeat(lastHeartbeat)
                .heartbeats(heartbeats);
    }

    /** Builds a participant; what is not said is empty, 0, 1970 or {@link Role#UNKNOWN}. */
    public static final class Builder {
        private final String group;
        private final ParticipantId id;
        private long pid;
        private Role role = Role.UNKNOWN;
        private List<String> capabilities = List.of();
        private Map<String, String> attributes = Map.of();
        private @Nullable Address address;
        private String process = "";
        private String host = "";
        private Instant started = Instant.EPOCH;
        private Instant lastHeartbeat = Instant.EPOCH;
        private long heartbeats;

        private Builder(String group, ParticipantId id) {
            this.group = group;
            this.id = id;
        }

        /** See {@link Participant#pid()}. */
        public Builder pid(long value) {
            pid = value;
            return this;
        }

        /** See {@link Participant#role()}. */
        public Builder role(Role value) {
            role = value;
            return this;
        }

        /** See {@link Participant#capabilities()}. */
        public Builder capabilities(List<String> value) {
            capabilities = value;
            return this;
        }

        /** See {@link Participant#attributes()}. */
        public Builder attributes(Map<String, String> value) {
            attributes = value;
            return this;
        }

        /** See {@link Participant#address()}; null if it has none. */
        public Builder address(@Nullable Address value) {
            address = value;
            return this;
        }

        /** See {@link Participant#process()}. */
        public Builder process(String value) {
            process = value;
            return this;
        }

        /** See {@link Participant#host()}. */
        public Builder host(String value) {
            host = value;
            return this;
        }

        /** See {@link Participant#started()}. */
        public Builder started(Instant value) {
            started = value;
            return this;
        }

        /** See {@link Participant#lastHeartbeat()}. */
        public Builder lastHeartbeat(Instant value) {
            lastHeartbeat = value;
            return this;
        }

        /** See {@link Participant#heartbeats()}. */
        public Builder heartbeats(long value) {
            heartbeats = value;
            return this;
        }

        /** The participant. */
        public Participant build() {
            return new Participant(
                    group,
                    id,
                    pid,
                    role,
                    capabilities,
                    new TreeMap<>(attributes),
                    Optional.ofNullable(address),
                    process,
                    host,
                    started,
                    lastHeartbeat,
                    heartbeats);
        }
    }
}
