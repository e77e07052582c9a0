/** Which machines may activate, and whether a release has succeeded: pure decisions. */
@NullMarked
package dev.shoal.model.rollout;

import org.jspecify.annotations.NullMarked;
