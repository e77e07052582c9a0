/** Faults between a client and an S3 server, chosen at run time and by a seed. */
@NullMarked
package dev.shoal.dev.chaos;

import org.jspecify.annotations.NullMarked;
