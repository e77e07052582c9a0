/** The API as a whole on real parts: Postgres, S3, Temporal's test server. */
@NullMarked
package dev.shoal.api.testkit;

import org.jspecify.annotations.NullMarked;
