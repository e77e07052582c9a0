/** The one JSON form of everything that crosses a process. The only package of model that sees jackson-databind. */
@NullMarked
package dev.shoal.model.json;

import org.jspecify.annotations.NullMarked;
