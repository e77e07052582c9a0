package dev.shoal.agent.region.tracker;

import dev.shoal.agent.ban.Accusation;
import dev.shoal.agent.ban.PeerAddress;
import dev.shoal.model.MachineId;
import java.net.Inet4Address;
import java.time.Instant;

/**
 * An accusation by a peer of a swarm against another.
 *
 * @param witness where it came from: machines share a token, so that a name says nothing, and an address cannot be made up in TCP
 * @param machine what the witness calls itself
 * @param accused as it announces itself
 * @param at when it was last heard
 */
record Testimony(Inet4Address witness, MachineId machine, PeerAddress accused, Accusation accusation, Instant at) {}
