/** The contract of the key-value store, run on a real Consul. */
@NullMarked
package dev.shoal.activities.kv;

import org.jspecify.annotations.NullMarked;
