/** The main job, end to end, shown to a person. */
@NullMarked
package dev.shoal.simulation.demo;

import org.jspecify.annotations.NullMarked;
