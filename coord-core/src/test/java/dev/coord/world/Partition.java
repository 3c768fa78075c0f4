package dev.coord.world;

import dev.coord.testing.DatabaseHostMain;
import dev.coord.testing.Hosts.Host;
import dev.coord.testing.JavaProcess;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** What happens to a network of a leader, followers and a database. */
enum Partition {
    /** Whoever is cut off loses the leadership, and another one gets it. */
    LEADER_FROM_DATABASE(Leads.ANOTHER) {
        @Override
        void begin(Network network) {
            network.leader().cut(network.database());
        }
    },
    LEADER_FROM_FOLLOWERS(Leads.ANYBODY) {
        @Override
        void begin(Network network) {
            network.followers().forEach(network.leader()::cut);
        }
    },
    FOLLOWER_FROM_ALL(Leads.ANYBODY) {
        @Override
        void begin(Network network) {
            Host lonely = network.followers().get(0);
            lonely.cut(network.database());
            lonely.cut(network.leader());
            network.followers().stream().skip(1).forEach(lonely::cut);
        }
    },
    ALL_FROM_DATABASE(Leads.NOBODY) {
        @Override
        void begin(Network network) {
            network.applications().forEach(network.database()::cut);
        }
    },
    /** Either way, between the leader and the database. */
    ONE_WAY(Leads.ANOTHER) {
        @Override
        void begin(Network network) {
            if (network.random().nextBoolean()) {
                network.leader().deafen(network.database());
            } else {
                network.leader().mute(network.database());
            }
        }
    },
    /** Between the leader and everybody. */
    LOSS(Leads.ANYBODY) {
        @Override
        void begin(Network network) {
            lose(network.leader(), "INPUT", "-i");
            lose(network.leader(), "OUTPUT", "-o");
        }

        private void lose(Host host, String chain, String way) {
            host.filter(
                    chain, "!", way, "lo", "-m", "statistic", "--mode", "random", "--probability", "0.3", "-j", "DROP");
        }
    },
    /** A firewall that answers for the leader's host: to all others it looks as if the leader's process were dead. */
    RESET(Leads.ANOTHER) {
        @Override
        void begin(Network network) {
            network.leader()
                    .filter("INPUT", "!", "-i", "lo", "-p", "tcp", "-j", "REJECT", "--reject-with", "tcp-reset");
        }
    },
    /** 300 ms from question to answer, between all and the database. */
    DELAY(Leads.ANYBODY) {
        @Override
        void begin(Network network) {
            DatabaseHostMain.delay(network.databaseProcess(), network.database(), 150);
        }

        @Override
        void end(Network network) {
            network.databaseProcess().ask("delay 0", "DELAYED");
        }
    },
    /** The leader's connections are up, but nothing comes through them any more. */
    SILENCE(Leads.ANYBODY) {
        @Override
        void begin(Network network) {
            network.leader().silenceConnections(network.database());
            network.followers().forEach(network.leader()::silenceConnections);
        }
    };

    /** Who there is, and in which role. */
    record Network(Host leader, List<Host> followers, Host database, JavaProcess databaseProcess, Random random) {
        List<Host> applications() {
            return Stream.concat(Stream.of(leader), followers.stream()).toList();
        }
    }

    /** Who has to lead before it ends. */
    enum Leads {
        /** Not the one that did. */
        ANOTHER,
        NOBODY,
        /** The one that did, or another one, or nobody. */
        ANYBODY
    }

    private final Leads leads;

    Partition(Leads leads) {
        this.leads = leads;
    }

    Leads leads() {
        return leads;
    }

    abstract void begin(Network network);

    /** What is more than to take the rules of the hosts back. */
    void end(Network network) {}
}
