package dev.shoal.activities.control;

import dev.shoal.activities.jobs.JobStore;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import dev.shoal.model.pointer.SigningKey;
import dev.shoal.model.provenance.Attestation;
import dev.shoal.model.provenance.Provenance;
import dev.shoal.workflows.BuildOrigin;
import dev.shoal.workflows.ClaimedJob;
import java.util.Optional;

/**
 * Signs where builds come from. Runs on release hosts only: neither a build nor its host can reach the key, so that what they say
 * of themselves is all they can forge. Thread-safe.
 */
public final class ProvenanceSigner {
    private final SigningKey key;
    private final JobStore jobs;

    /** @param key of its own, not the release key: whoever verifies provenance need not trust releases */
    public ProvenanceSigner(SigningKey key, JobStore jobs) {
        this.key = key;
        this.jobs = jobs;
    }

    /** The DSSE envelope of a build's provenance, in one line. {@code origin} is what the build's host says. */
    String sign(ClaimedJob job, Build build, Optional<BuildOrigin> origin) {
        return Attestation.sign(
                new Provenance(
                        build.name(),
                        build.app(),
                        build.artifact().digest(),
                        job.source(),
                        origin.map(BuildOrigin::command),
                        origin.flatMap(BuildOrigin::commit),
                        job.id(),
                        job.attempt(),
                        job.host(),
                        job.submittedBy(),
                        jobs.find(job.id()).flatMap(Job::startedAt).orElse(build.createdAt()),
                        build.createdAt()),
                key);
    }
}
