/** Contract kits of the stores, and what it takes to run them against a real Postgres. */
@NullMarked
package dev.shoal.activities.jobs;

import org.jspecify.annotations.NullMarked;
