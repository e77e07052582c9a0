/**
 * The fleet on a virtual clock: how long a release takes to reach 100,000 machines. The production's peer handout, cohorts and
 * rollout decision run over a model of links, disks, Consul and S3. One seed, one outcome. See docs/simulation.md.
 */
@NullMarked
package dev.shoal.simulation.fleet;

import org.jspecify.annotations.NullMarked;
