/**
 * The machine role: follows the signed pointers of its region, fetches builds from the swarm, checks, stages and activates
 * them, and reports. {@link dev.shoal.agent.machine.MachineDecisions} decides over records; one
 * {@link dev.shoal.agent.machine.MachineLoop} a machine owns the state; effects run elsewhere and come back as events.
 */
@NullMarked
package dev.shoal.agent.machine;

import org.jspecify.annotations.NullMarked;
