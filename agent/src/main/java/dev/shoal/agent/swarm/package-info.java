/**
 * Peer-to-peer transfer of artifacts: the port {@link dev.shoal.agent.swarm.Swarm} and its libtorrent adapter. No other
 * package of the project sees libtorrent4j, so that a newer core is a change of this package only.
 */
@NullMarked
package dev.shoal.agent.swarm;

import org.jspecify.annotations.NullMarked;
