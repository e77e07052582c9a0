/** Retention: condemn what the policy no longer keeps, then delete it in every region. */
@NullMarked
package dev.shoal.activities.retention;

import org.jspecify.annotations.NullMarked;
