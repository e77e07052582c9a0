/** How the API reaches Temporal: best effort, since the rows are the truth and monitors start what is missing. */
@NullMarked
package dev.shoal.api.temporal;

import org.jspecify.annotations.NullMarked;
