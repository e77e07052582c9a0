/** What machines and region agents say to each other about peers that serve wrong bytes. */
@NullMarked
package dev.shoal.agent.ban;

import org.jspecify.annotations.NullMarked;
