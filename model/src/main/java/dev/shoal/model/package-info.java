/**
 * The words of Shoal: ids, records and pure decisions, shared by the control plane and 100,000 machines. Nothing here does
 * I/O, reads a clock or draws randomness; the current time is always an argument.
 */
@NullMarked
package dev.shoal.model;

import org.jspecify.annotations.NullMarked;
