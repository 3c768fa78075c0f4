package dev.coord.sample.flags;

import dev.coord.sample.flags.FlagOperations.Outcome;
import dev.coord.spring.WorldTemplate;
import dev.coord.world.WorldResult;
import org.springframework.stereotype.Component;

/** Carries out the flips that were scheduled. */
@Component
public class FlagFlips {
    private final WorldTemplate template;

    FlagFlips(WorldTemplate template) {
        this.template = template;
    }

    /**
     * Has the leader flip a flag as it was scheduled, if it still is. However often it is called, by however many processes, that
     * happens once.
     *
     * @return whether it happened, now or before
     * @throws dev.coord.world.WorldUnavailableException if no leader answered in time; call it again
     */
    public boolean flip(String key, ScheduledFlip flip) {
        var change = new FlagOperations.Flip(key, flip.seqno());
        WorldResult result = template.submit(OperationIds.own("flip", flip.seqno()), FlagOperations.FLIP, change);
        Outcome outcome = template.result(result, Outcome.class);
        return outcome != null && outcome.flag() != null;
    }
}
