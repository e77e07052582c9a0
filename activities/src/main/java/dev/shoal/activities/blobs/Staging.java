package dev.shoal.activities.blobs;

import dev.shoal.model.JobId;
import dev.shoal.workflows.Lease;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** The place of uploads whose digest is not known yet: {@code uploads/<job>-<attempt>}. Thread-safe. */
final class Staging {
    private static final Logger LOG = LoggerFactory.getLogger(Staging.class);

    private final S3Bucket home;

    Staging(S3Bucket home) {
        this.home = home;
    }

    String key(Lease lease) {
        return prefix(lease.job()) + lease.attempt();
    }

    /** Goes on with the attempt's newest unfinished upload, or begins one. */
    MultipartWrite open(Lease lease) {
        List<MultipartUpload> unfinished = MultipartWrite.unfinished(home, key(lease)).stream()
                .filter(upload -> upload.key().equals(key(lease)))
                .toList();
        if (unfinished.isEmpty()) {
            return MultipartWrite.begin(home, key(lease), Map.of());
        }
        unfinished.stream().limit(unfinished.size() - 1L).forEach(this::abort);
        MultipartWrite resumed = MultipartWrite.resume(home, unfinished.getLast());
        LOG.info("{} goes on with its upload; {} parts are stored", lease, resumed.storedParts());
        return resumed;
    }

    /** Drops what attempts before this one left. A zombie that still writes there fails. */
    void discardOlder(Lease lease) {
        discard(lease.job(), attempt -> attempt < lease.attempt());
    }

    /** Drops what this attempt and those before it left. */
    void discard(Lease lease) {
        discard(lease.job(), attempt -> attempt <= lease.attempt());
    }

    private void discard(JobId job, IntPredicate which) {
        String prefix = prefix(job);
        MultipartWrite.unfinished(home, prefix).stream()
                .filter(upload ->
                        attempt(upload.key(), prefix).filter(which::test).isPresent())
                .forEach(this::abort);
        home.list(prefix).stream()
                .filter(object ->
                        attempt(object.key(), prefix).filter(which::test).isPresent())
                .forEach(object -> home.delete(object.key()));
    }

    private void abort(MultipartUpload upload) {
        LOG.info("aborting the abandoned upload of {}", upload.key());
        MultipartWrite.abort(home, upload.key(), upload.uploadId());
    }

    private static Optional<Integer> attempt(String key, String prefix) {
        String rest = key.substring(prefix.length());
        return rest.matches("[0-9]{1,9}") ? Optional.of(Integer.parseInt(rest)) : Optional.empty();
    }

    private static String prefix(JobId job) {
        return "uploads/" + job + "-";
    }
}
