/**
 * Feature flags that several processes of one machine offer together; shows how to use coord. Where to look:
 *
 * <ul>
 *   <li>work that only the leader does: {@code schedule.FlipJob}, with {@code @OnLeader} and {@code @OnFollower};
 *   <li>state that all share: {@code flags.FlagOperations}, the operations, with {@code @WorldOp}; {@code flags.FlagService}, which
 *       submits them and reads; {@code schedule.PendingFlips}, which watches for changes;
 *   <li>who leads, and when that changes: {@link dev.coord.sample.RoleLog}, with events; {@code cluster.ClusterService}, from the
 *       {@code Coordinator};
 *   <li>what instances know of each other: {@code cluster.PageAddress}, an attribute of each participant;
 *   <li>calls between instances: {@code cluster.PeerServer}, a {@code @MeshService}; {@code cluster.ClusterController}, which
 *       calls the leader, wherever it is.
 * </ul>
 */
@NullMarked
package dev.coord.sample;

import org.jspecify.annotations.NullMarked;
