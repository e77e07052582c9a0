/** Build logs to their readers: by offset, and live as server-sent events. */
@NullMarked
package dev.shoal.api.logs;

import org.jspecify.annotations.NullMarked;
