/** The region's BitTorrent tracker: soft state, our own handout. */
@NullMarked
package dev.shoal.agent.region.tracker;

import org.jspecify.annotations.NullMarked;
