package dev.shoal.api.problem;

import java.util.Map;

/** The request cannot be served, for a reason that the caller is to be told. */
public final class ProblemException extends RuntimeException {
    private final transient Problem problem;
    private final transient Map<String, String> headers;

    public ProblemException(Problem problem, Map<String, String> headers) {
        super(problem.status() + " " + problem.detail());
        this.problem = problem;
        this.headers = Map.copyOf(headers);
    }

    /** Status and reason. */
    public static ProblemException of(int status, String detail) {
        return new ProblemException(Problem.of(status, detail), Map.of());
    }

    /** Status, reason and further members of the problem. */
    public static ProblemException of(int status, String detail, Map<String, Object> more) {
        return new ProblemException(Problem.of(status, detail, more), Map.of());
    }

    /** 400: the request cannot be understood. */
    public static ProblemException badRequest(String detail) {
        return of(400, detail);
    }

    /** 404: there is no such thing. */
    public static ProblemException notFound(String detail) {
        return of(404, detail);
    }

    /** 413: more bytes than the limit. */
    public static ProblemException tooLarge(long limit) {
        return new ProblemException(
                Problem.of(413, "the body is larger than " + limit + " bytes", Map.of("limit", limit)),
                Map.of("Connection", "close"));
    }

    /** 422: understood, but not possible. */
    public static ProblemException invalid(String detail) {
        return of(422, detail);
    }

    /** What the caller is told. */
    public Problem problem() {
        return problem;
    }

    /** Headers of the answer. */
    public Map<String, String> headers() {
        return headers;
    }
}
