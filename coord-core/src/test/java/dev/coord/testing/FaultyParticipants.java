package dev.coord.testing;

import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.StoreUnavailableException;
import dev.coord.store.Participant;
import dev.coord.store.ParticipantStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Participants whose store can be out of reach, as a test says. */
public final class FaultyParticipants implements ParticipantStore {
    private final ParticipantStore participants;
    private final AtomicInteger failures = new AtomicInteger();
    private volatile Runnable beforePut = () -> {};
    private volatile Runnable beforeDelete = () -> {};

    public FaultyParticipants(ParticipantStore participants) {
        this.participants = participants;
    }

    /** The next {@code calls} fail, with nothing done. */
    public void fail(int calls) {
        failures.set(calls);
    }

    public boolean hasFailuresLeft() {
        return failures.get() > 0;
    }

    /** What happens just before a record is put. */
    public void beforePut(Runnable hook) {
        beforePut = hook;
    }

    /** What happens just before a record is deleted. */
    public void beforeDelete(Runnable hook) {
        beforeDelete = hook;
    }

    private void call() {
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new StoreUnavailableException("out of reach, on purpose", null);
        }
    }

    @Override
    public Optional<Participant> get(String group, ParticipantId participant) {
        call();
        return participants.get(group, participant);
    }

    @Override
    public void put(Participant participant) {
        call();
        beforePut.run();
        participants.put(participant);
    }

    @Override
    public void delete(String group, ParticipantId participant) {
        call();
        beforeDelete.run();
        participants.delete(group, participant);
    }

    @Override
    public List<Participant> list(String group) {
        call();
        return participants.list(group);
    }

    @Override
    public boolean heartbeat(String group, ParticipantId participant, long heartbeats, Role role) {
        call();
        return participants.heartbeat(group, participant, heartbeats, role);
    }
}
