/** Bencoding and v1 metainfo, computed in Java so that no native code runs where builds run. */
@NullMarked
package dev.shoal.model.torrent;

import org.jspecify.annotations.NullMarked;
