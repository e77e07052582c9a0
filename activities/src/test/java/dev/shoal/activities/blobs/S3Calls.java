package dev.shoal.activities.blobs;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Sees every call of an S3 client; may fail one, do something before it, or change what S3 said. Thread-safe. */
class S3Calls implements ExecutionInterceptor {
    private final Collection<SdkRequest> sent = new ConcurrentLinkedQueue<>();
    private volatile Consumer<SdkRequest> before = request -> {};
    private volatile UnaryOperator<HeadObjectResponse> head = UnaryOperator.identity();

    /** Does this before each call; what it throws is the call's outcome. */
    void before(Consumer<SdkRequest> action) {
        before = action;
    }

    /** Changes what HEAD says. */
    void lieInHead(UnaryOperator<HeadObjectResponse> lie) {
        head = lie;
    }

    /** The calls so far of one kind. */
    <T extends SdkRequest> List<T> of(Class<T> kind) {
        return sent.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    void forget() {
        sent.clear();
    }

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        before.accept(context.request());
        sent.add(context.request());
    }

    @Override
    public SdkResponse modifyResponse(Context.ModifyResponse context, ExecutionAttributes attributes) {
        return context.response() instanceof HeadObjectResponse response ? head.apply(response) : context.response();
    }
}
