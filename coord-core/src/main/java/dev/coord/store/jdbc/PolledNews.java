package dev.coord.store.jdbc;

import dev.coord.store.CommitSignal.Topic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Of a database that tells nobody anything: one statement at an interval asks what the rows add up to. Terms and sequence numbers
 * only grow, so no claim and no commit is missed; neither is a release, which lowers the number of holders. Renewals and
 * heartbeats are not among it.
 */
final class PolledNews implements News {
    private static final String SUMS = """
            SELECT (SELECT CONCAT_WS(' ', COUNT(*), COUNT(leader_id), SUM(term)) FROM coord_lease),
              (SELECT CONCAT_WS(' ', COUNT(*), SUM(CRC32(CONCAT_WS('\\n', group_name, participant_id, pid, process_start, host,
                role, mesh_address, capabilities, attributes)))) FROM coord_participant),
              (SELECT CONCAT_WS(' ', COUNT(*), SUM(term), SUM(seqno)) FROM coord_world_head)""";

    private final String sql;
    private final Duration interval;
    private final Map<Topic, @Nullable String> last = new EnumMap<>(Topic.class);

    PolledNews(DatabaseSettings settings) {
        this.sql = SUMS.replace(DatabaseSettings.DEFAULT_TABLE_PREFIX, settings.tablePrefix());
        this.interval = settings.pollInterval();
    }

    @Override
    public void announce(Connection connection, Set<Topic> changed) {
        // Whoever wants to know asks.
    }

    @Override
    public void listen(Connection session) throws SQLException {
        var unused = ask(session);
    }

    @Override
    public Set<Topic> await(Connection session, Duration max, Pause pause) throws SQLException, InterruptedException {
        Set<Topic> changed = EnumSet.noneOf(Topic.class);
        Duration each = interval.compareTo(max) < 0 ? interval : max;
        for (long i = 0; i < max.dividedBy(each) && changed.isEmpty(); i++) {
            pause.of(each);
            changed = ask(session);
        }
        return changed;
    }

    private Set<Topic> ask(Connection session) throws SQLException {
        var changed = EnumSet.noneOf(Topic.class);
        try (PreparedStatement statement = session.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            note(Topic.LEASE, rows.getString(1), changed);
            note(Topic.PARTICIPANTS, rows.getString(2), changed);
            note(Topic.HEAD, rows.getString(3), changed);
        }
        return changed;
    }

    private void note(Topic topic, @Nullable String sum, Set<Topic> changed) {
        if (!Objects.equals(last.put(topic, sum), sum)) {
            changed.add(topic);
        }
    }
}
