/** The contracts of the blob stores, run on real S3 servers. */
@NullMarked
package dev.shoal.activities.blobs;

import org.jspecify.annotations.NullMarked;
