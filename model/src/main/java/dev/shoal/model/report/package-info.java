/** What machines say about themselves. */
@NullMarked
package dev.shoal.model.report;

import org.jspecify.annotations.NullMarked;
