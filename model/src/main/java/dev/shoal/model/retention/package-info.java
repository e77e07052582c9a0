/** What is kept and what goes: the retention policy and its decisions, pure. */
@NullMarked
package dev.shoal.model.retention;

import org.jspecify.annotations.NullMarked;
