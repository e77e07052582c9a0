/** The region role: carries pointers into its datacenter, introduces machines to each other, seeds from S3, collects reports. */
@NullMarked
package dev.shoal.agent.region;

import org.jspecify.annotations.NullMarked;
