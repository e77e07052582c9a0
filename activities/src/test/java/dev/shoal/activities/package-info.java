/** Rules of the whole module. */
@NullMarked
package dev.shoal.activities;

import org.jspecify.annotations.NullMarked;
