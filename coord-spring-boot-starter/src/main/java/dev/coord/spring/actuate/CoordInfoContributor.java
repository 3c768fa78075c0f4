package dev.coord.spring.actuate;

import dev.coord.LeaderInfo;
import dev.coord.Term;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.CoordinatorStatus;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/**
 * Adds {@code coord} to the application's info: group, participant, role and term. With several groups it is these, by the name
 * of the group.
 */
public final class CoordInfoContributor implements InfoContributor {
    private final Map<String, Coordinator> coordinators;

    /** @param coordinators by group */
    public CoordInfoContributor(Map<String, Coordinator> coordinators) {
        this.coordinators = Collections.unmodifiableMap(new LinkedHashMap<>(coordinators));
    }

    @Override
    public void contribute(Info.Builder builder) {
        var groups = new LinkedHashMap<String, Map<String, Object>>();
        coordinators.forEach((group, coordinator) -> groups.put(group, describe(coordinator.status())));
        builder.withDetail(
                "coord", groups.size() == 1 ? groups.values().iterator().next() : groups);
    }

    private static Map<String, Object> describe(CoordinatorStatus now) {
        var details = new LinkedHashMap<String, Object>();
        details.put("group", now.group());
        details.put("participant", now.participant().value());
        details.put("role", now.role().name());
        details.put("term", now.leader().map(LeaderInfo::term).orElse(Term.NONE).value());
        return details;
    }
}
