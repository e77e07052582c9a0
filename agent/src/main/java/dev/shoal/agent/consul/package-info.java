/** Consul's key-value store as agents see it: watches that never mistake silence for news. */
@NullMarked
package dev.shoal.agent.consul;

import org.jspecify.annotations.NullMarked;
