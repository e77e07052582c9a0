package dev.shoal.agent.region.origin;

import dev.shoal.agent.region.origin.RegionStore.RegionStoreException;
import dev.shoal.model.job.Artifact;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/** Serves an artifact from S3 to this agent's own seeder (BEP 19), range by range, holding one buffer. */
public final class WebSeed {
    private final RegionStore store;

    public WebSeed(RegionStore store) {
        this.store = store;
    }

    /** Answers HEAD and GET. Returns the status; the body is written unless it is an error. */
    public int serve(Artifact artifact, Request request, Response response) throws IOException {
        long size = artifact.size();
        ByteRange.Asked asked = ByteRange.of(request.getHeaders().get(HttpHeader.RANGE), size);
        if (asked instanceof ByteRange.Asked.Unsatisfiable) {
            response.getHeaders().put(HttpHeader.CONTENT_RANGE, "bytes */" + size);
            return HttpStatus.RANGE_NOT_SATISFIABLE_416;
        }
        ByteRange range = asked instanceof ByteRange.Asked.Part part ? part.range() : new ByteRange(0, size - 1);
        boolean partial = asked instanceof ByteRange.Asked.Part;
        int status = partial ? HttpStatus.PARTIAL_CONTENT_206 : HttpStatus.OK_200;
        boolean head = HttpMethod.HEAD.is(request.getMethod());
        try (InputStream in =
                head ? InputStream.nullInputStream() : store.range(artifact, range.first(), range.last())) {
            response.setStatus(status);
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, range.length());
            response.getHeaders().put(HttpHeader.ACCEPT_RANGES, "bytes");
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/octet-stream");
            if (partial) {
                String text = "bytes " + range.first() + "-" + range.last() + "/" + size;
                response.getHeaders().put(HttpHeader.CONTENT_RANGE, text);
            }
            if (!head) {
                try (OutputStream out = Content.Sink.asOutputStream(response)) {
                    in.transferTo(out);
                }
            }
            return status;
        } catch (RegionStoreException e) {
            return HttpStatus.SERVICE_UNAVAILABLE_503;
        }
    }
}
