package dev.shoal.agent.region.origin;

import dev.shoal.agent.region.origin.RegionStore.RegionStoreException;
import dev.shoal.model.job.Artifact;
import java.io.IOException;
import java.io.OutputStream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Serves an artifact from S3 to this agent's own seeder (BEP 19), range by range, holding one buffer. */
public final class WebSeed {
    private static final int BUFFER = 128 << 10;

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
        int status = asked instanceof ByteRange.Asked.Part ? HttpStatus.PARTIAL_CONTENT_206 : HttpStatus.OK_200;
        if (HttpMethod.HEAD.is(request.getMethod())) {
            describe(response, status, range, size);
            return status;
        }
        try (ResponseInputStream<GetObjectResponse> in = store.range(artifact, range.first(), range.last())) {
            describe(response, status, range, size);
            transfer(in, response);
            return status;
        } catch (RegionStoreException e) {
            return HttpStatus.SERVICE_UNAVAILABLE_503;
        }
    }

    private static void describe(Response response, int status, ByteRange range, long size) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, range.length());
        response.getHeaders().put(HttpHeader.ACCEPT_RANGES, "bytes");
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/octet-stream");
        if (status == HttpStatus.PARTIAL_CONTENT_206) {
            String text = "bytes " + range.first() + "-" + range.last() + "/" + size;
            response.getHeaders().put(HttpHeader.CONTENT_RANGE, text);
        }
    }

    private static void transfer(ResponseInputStream<GetObjectResponse> in, Response response) throws IOException {
        try (OutputStream out = Content.Sink.asOutputStream(response)) {
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
            }
        } catch (IOException | RuntimeException e) {
            // To close it would read it to its end first.
            in.abort();
            throw e;
        }
    }
}
