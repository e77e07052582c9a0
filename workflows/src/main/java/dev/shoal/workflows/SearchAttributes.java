package dev.shoal.workflows;

import io.temporal.common.SearchAttributeKey;

/** The search attributes of Shoal's workflows; {@code temporal-dev} registers them at start under these names and types. */
public final class SearchAttributes {
    /** Type Int. The job that a ticket claimed. */
    public static final SearchAttributeKey<Long> JOB_ID = SearchAttributeKey.forLong("ShoalJobId");

    /** Type Keyword. */
    public static final SearchAttributeKey<String> APP = SearchAttributeKey.forKeyword("ShoalApp");

    /** Type Keyword. The build host of the running attempt. */
    public static final SearchAttributeKey<String> HOST = SearchAttributeKey.forKeyword("ShoalHost");

    /** Type Keyword: {@code ticket} until a job is claimed, then the job's stage. */
    public static final SearchAttributeKey<String> STAGE = SearchAttributeKey.forKeyword("ShoalStage");

    /** Type Keyword. The build's name. */
    public static final SearchAttributeKey<String> BUILD = SearchAttributeKey.forKeyword("ShoalBuild");

    /** Type Int. The seq of a release. */
    public static final SearchAttributeKey<Long> SEQ = SearchAttributeKey.forLong("ShoalSeq");

    /** The value of {@link #STAGE} of a ticket that has not claimed a job. */
    public static final String STAGE_TICKET = "ticket";

    private SearchAttributes() {}
}
