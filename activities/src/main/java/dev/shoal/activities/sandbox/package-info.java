/** Building what others wrote, without trusting it: sources, specifications, and the processes of a build. Linux only. */
@NullMarked
package dev.shoal.activities.sandbox;

import org.jspecify.annotations.NullMarked;
