package dev.shoal.api.problem;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import org.jspecify.annotations.Nullable;

/** Holds every resource method to its {@link MaxBody}, before and while the body is read. Thread-safe. */
public final class BodyLimits implements DynamicFeature {
    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        @Nullable MaxBody declared = resource.getResourceMethod().getAnnotation(MaxBody.class);
        long limit = declared == null ? MaxBody.DEFAULT : declared.value();
        if (limit != MaxBody.OWN) {
            context.register(new Filter(limit));
        }
    }

    private record Filter(long limit) implements ContainerRequestFilter {
        @Override
        public void filter(ContainerRequestContext request) {
            // Length is -1 when the body comes in chunks; then the stream counts.
            if (request.getLength() > limit) {
                throw ProblemException.tooLarge(limit);
            }
            request.setEntityStream(new LimitedInputStream(request.getEntityStream(), limit));
        }
    }
}
