/** Every error as {@code application/problem+json} (RFC 9457), and the limits on what a request may carry. */
@NullMarked
package dev.shoal.api.problem;

import org.jspecify.annotations.NullMarked;
