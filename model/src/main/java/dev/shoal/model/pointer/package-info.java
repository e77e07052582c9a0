/** The signed version pointer: its content, its DSSE envelope, and the rules by which it is believed. */
@NullMarked
package dev.shoal.model.pointer;

import org.jspecify.annotations.NullMarked;
