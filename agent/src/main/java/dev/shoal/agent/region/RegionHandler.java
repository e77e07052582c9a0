package dev.shoal.agent.region;

import dev.shoal.agent.ban.AccusationBatch;
import dev.shoal.agent.region.origin.Origin;
import dev.shoal.agent.region.reports.ReportCollector;
import dev.shoal.agent.region.tracker.AnnounceHandler;
import dev.shoal.agent.region.tracker.Tracker;
import dev.shoal.model.Digest;
import dev.shoal.model.RegionName;
import dev.shoal.model.json.Json;
import dev.shoal.model.json.MalformedJsonException;
import dev.shoal.model.report.MachineReport;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The region agent's HTTP: a handler, not resources, since 20,000 machines announce here. Thread-safe. */
final class RegionHandler extends Handler.Abstract {
    private static final int LARGEST_REPORT = 256 << 10;

    private final RegionName region;
    private final Tracker tracker;
    private final AnnounceHandler announces;
    private final Origin origin;
    private final ReportCollector reports;
    private final RegionHealth health;
    private final Supplier<Map<String, Object>> status;
    private final byte[] machineToken;

    RegionHandler(
            RegionName region,
            Tracker tracker,
            Origin origin,
            ReportCollector reports,
            RegionHealth health,
            Supplier<Map<String, Object>> status,
            String machineToken) {
        this.region = region;
        this.tracker = tracker;
        this.announces = new AnnounceHandler(tracker);
        this.origin = origin;
        this.reports = reports;
        this.health = health;
        this.status = status;
        this.machineToken = ("Bearer " + machineToken).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        boolean get = request.getMethod().equals("GET");
        if (announces.handle(request, response, callback)) {
            return true;
        }
        if (path.equals("/v1/reports") && request.getMethod().equals("POST")) {
            status(response, callback, authorised(request, this::report));
        } else if (path.equals("/v1/accusations") && request.getMethod().equals("POST")) {
            status(response, callback, authorised(request, body -> accuse(body, request)));
        } else if (path.startsWith("/v1/metainfo/") && get) {
            metainfo(path.substring("/v1/metainfo/".length()), response, callback);
        } else if (path.equals("/v1/status") && get) {
            write(response, callback, HttpStatus.OK_200, "application/json", Json.bytes(status.get()));
        } else if (path.equals("/health") && get) {
            Map<String, Object> answer = health.check();
            int status = "ok".equals(answer.get("status")) ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503;
            write(response, callback, status, "application/json", Json.bytes(answer));
        } else {
            status(response, callback, HttpStatus.NOT_FOUND_404);
        }
        return true;
    }

    private interface Body {
        int take(byte[] body);
    }

    private int authorised(Request request, Body reader) throws IOException {
        String authorization = Optional.ofNullable(request.getHeaders().get(HttpHeader.AUTHORIZATION))
                .orElse("");
        if (!MessageDigest.isEqual(authorization.getBytes(StandardCharsets.UTF_8), machineToken)) {
            return HttpStatus.UNAUTHORIZED_401;
        }
        try (InputStream in = Content.Source.asInputStream(request)) {
            byte[] body = in.readNBytes(LARGEST_REPORT + 1);
            return body.length > LARGEST_REPORT ? HttpStatus.PAYLOAD_TOO_LARGE_413 : reader.take(body);
        } catch (MalformedJsonException e) {
            return HttpStatus.BAD_REQUEST_400;
        }
    }

    private int report(byte[] body) {
        MachineReport report = Json.read(body, MachineReport.class);
        if (!report.region().equals(region)) {
            return HttpStatus.UNPROCESSABLE_ENTITY_422;
        }
        return reports.accept(report) ? HttpStatus.ACCEPTED_202 : HttpStatus.SERVICE_UNAVAILABLE_503;
    }

    private int accuse(byte[] body, Request request) {
        AccusationBatch batch = Json.read(body, AccusationBatch.class);
        if (!batch.region().equals(region)) {
            return HttpStatus.UNPROCESSABLE_ENTITY_422;
        }
        InetSocketAddress caller =
                (InetSocketAddress) request.getConnectionMetaData().getRemoteSocketAddress();
        tracker.accuse(batch, caller.getAddress());
        return HttpStatus.ACCEPTED_202;
    }

    private void metainfo(String text, Response response, Callback callback) {
        Optional<byte[]> bytes = digest(text).flatMap(origin::metainfo).map(m -> m.encode());
        if (bytes.isPresent()) {
            write(response, callback, HttpStatus.OK_200, "application/x-bittorrent", bytes.get());
        } else {
            status(response, callback, HttpStatus.NOT_FOUND_404);
        }
    }

    private static Optional<Digest> digest(String text) {
        try {
            return Optional.of(new Digest(text));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static void status(Response response, Callback callback, int status) {
        response.setStatus(status);
        response.write(true, null, callback);
    }

    private static void write(Response response, Callback callback, int status, String type, byte[] body) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }
}
