/** Tests of the development environment: pure decisions by themselves, processes by real processes. */
@NullMarked
package dev.shoal.dev.chaos;

import org.jspecify.annotations.NullMarked;
