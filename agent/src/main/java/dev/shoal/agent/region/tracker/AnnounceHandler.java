package dev.shoal.agent.region.tracker;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** A tracker's {@code GET /announce}. Leaves every other request to whoever comes next. Thread-safe. */
public final class AnnounceHandler extends Handler.Abstract.NonBlocking {
    private static final String PATH = "/announce";

    private final Tracker tracker;

    /** The HTTP of this tracker. */
    public AnnounceHandler(Tracker tracker) {
        this.tracker = tracker;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!Request.getPathInContext(request).equals(PATH)
                || !request.getMethod().equals("GET")) {
            return false;
        }
        String query = Optional.ofNullable(request.getHttpURI().getQuery()).orElse("");
        InetSocketAddress caller =
                (InetSocketAddress) request.getConnectionMetaData().getRemoteSocketAddress();
        var unused = tracker.announce(query, caller.getAddress()).whenComplete((body, error) -> {
            if (error != null) {
                callback.failed(error);
                return;
            }
            response.setStatus(HttpStatus.OK_200);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
            response.write(true, ByteBuffer.wrap(body), callback);
        });
        return true;
    }
}
