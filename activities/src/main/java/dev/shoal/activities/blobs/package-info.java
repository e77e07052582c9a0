/** Bytes in S3: the one-pass upload, the copy between regions, the gate's checks, and build logs. */
@NullMarked
package dev.shoal.activities.blobs;

import org.jspecify.annotations.NullMarked;
