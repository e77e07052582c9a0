/** What tests of all modules share. */
@NullMarked
package dev.shoal.model.testkit;

import org.jspecify.annotations.NullMarked;
