/** What crosses the REST wire besides the records of {@code model}. */
@NullMarked
package dev.shoal.api.view;

import org.jspecify.annotations.NullMarked;
