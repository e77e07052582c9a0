/** The region's seeder: what it takes from S3 enters the swarm as it arrives. */
@NullMarked
package dev.shoal.agent.region.origin;

import org.jspecify.annotations.NullMarked;
