package dev.shoal.model.provenance;

import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.JobId;
import dev.shoal.model.json.Json;
import dev.shoal.model.json.MalformedJsonException;
import dev.shoal.model.pointer.Envelope;
import dev.shoal.model.pointer.SigningKey;
import dev.shoal.model.pointer.VerifyKey;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A signed statement: one DSSE envelope as one line of JSON, as {@code *.intoto.jsonl} files hold it. */
public final class Attestation {
    private Attestation() {}

    /** What verifying found. */
    public sealed interface Verdict {
        /** Signed by a trusted key, about this build and these bytes. */
        record Genuine(Statement statement) implements Verdict {}

        /** Not to be believed; {@code reason} is for people. */
        record Refused(String reason) implements Verdict {}
    }

    /**
     * What the statement must be about.
     *
     * @param job of the build, if whoever asks knows it
     * @param artifact the digest of the bytes at hand, or that the build is said to have
     */
    public record Expected(BuildName build, Optional<JobId> job, Digest artifact) {}

    /** The line, without its end. */
    public static String sign(Provenance provenance, SigningKey key) {
        return Json.text(Envelope.sign(Statement.PAYLOAD_TYPE, Json.bytes(provenance.statement()), key));
    }

    /** Checks signature, types, subject and job, in this order: nothing of a payload is read before it is known to be signed. */
    public static Verdict verify(String line, Expected expected, List<VerifyKey> trusted) {
        try {
            Envelope envelope = Json.read(line, Envelope.class);
            if (!Statement.PAYLOAD_TYPE.equals(envelope.payloadType())) {
                return new Verdict.Refused("the payload is a " + envelope.payloadType() + ", no in-toto statement");
            }
            if (!envelope.isSignedBy(trusted)) {
                return new Verdict.Refused("no signature by a trusted key");
            }
            Statement statement = Json.read(envelope.payload(), Statement.class);
            return mismatch(statement, expected)
                    .<Verdict>map(Verdict.Refused::new)
                    .orElseGet(() -> new Verdict.Genuine(statement));
        } catch (MalformedJsonException | NullPointerException e) {
            return new Verdict.Refused("not a DSSE envelope of an in-toto statement: " + e.getMessage());
        }
    }

    private static Optional<String> mismatch(Statement statement, Expected expected) {
        if (!Statement.TYPE.equals(statement.type()) || !Statement.PREDICATE_TYPE.equals(statement.predicateType())) {
            return Optional.of(
                    "a " + statement.type() + " of " + statement.predicateType() + ", no SLSA provenance v1");
        }
        String build = expected.build().value();
        Optional<Statement.Resource> subject = statement.subject().stream()
                .filter(resource -> build.equals(resource.name()))
                .findFirst();
        if (subject.isEmpty()) {
            return Optional.of("it is not about " + build);
        }
        String sha256 = subject.get().digest().get("sha256");
        if (!expected.artifact().value().equals(sha256)) {
            return Optional.of("it is about sha256 " + sha256 + ", the artifact has " + expected.artifact());
        }
        Object job =
                statement.predicate().buildDefinition().internalParameters().get("job");
        return expected.job()
                .filter(known -> !Objects.toString(job, "").equals(known.toString()))
                .map(known -> "it is about job " + job + ", the build is of job " + known);
    }
}
