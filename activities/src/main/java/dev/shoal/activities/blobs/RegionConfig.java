package dev.shoal.activities.blobs;

import dev.shoal.model.RegionName;

/** One entry of {@code regions} in a configuration file. */
public record RegionConfig(RegionName name, S3Config s3) {}
