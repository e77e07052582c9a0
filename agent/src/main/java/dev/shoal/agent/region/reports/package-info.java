/** From machines to the API, the newest report of each. */
@NullMarked
package dev.shoal.agent.region.reports;

import org.jspecify.annotations.NullMarked;
