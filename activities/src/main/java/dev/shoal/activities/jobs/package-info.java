/** The truths in SQL (jobs, builds, releases, machines, tokens, audit) as ports, and their adapters on JDBI and Postgres. */
@NullMarked
package dev.shoal.activities.jobs;

import org.jspecify.annotations.NullMarked;
