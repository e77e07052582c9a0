/** A build host's steps for a job: claim, build, upload, release; slots, heartbeats and logs. */
@NullMarked
package dev.shoal.activities.host;

import org.jspecify.annotations.NullMarked;
