/** What both agent roles share. */
@NullMarked
package dev.shoal.agent;

import org.jspecify.annotations.NullMarked;
