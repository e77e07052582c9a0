/** Consul's key-value store as a port; the only place of the control plane that sees consul-api. */
@NullMarked
package dev.shoal.activities.kv;

import org.jspecify.annotations.NullMarked;
