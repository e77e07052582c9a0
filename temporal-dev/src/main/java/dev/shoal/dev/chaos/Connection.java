package dev.shoal.dev.chaos;

import dev.shoal.dev.chaos.Faults.Fate;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One client's connection with one of its own to the server, request after request. Confined to one thread. */
final class Connection implements AutoCloseable {
    private static final int BUFFER = 64 << 10;
    private static final int HOLD_MILLIS = 200;
    private static final int CONTINUE = 100;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    private static final String BUSY_BODY = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + "<Error><Code>SlowDown</Code><Message>chaos</Message></Error>";
    private static final byte[] BUSY = ("HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nContent-Length: "
                    + BUSY_BODY.length() + "\r\nConnection: close\r\n\r\n" + BUSY_BODY)
            .getBytes(StandardCharsets.ISO_8859_1);
    /** A HEAD has no body, whatever the length says. */
    private static final byte[] BUSY_HEAD = "HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            .getBytes(StandardCharsets.ISO_8859_1);

    private final Socket client;
    private final Script script;
    private final Bandwidth bandwidth;
    private final InputStream fromClient;
    private final OutputStream toClient;
    private final Dialer dialer;
    private Socket server;
    private InputStream fromServer;
    private OutputStream toServer;

    /** Opens connections to the server. */
    interface Dialer {
        Socket dial() throws IOException;
    }

    Connection(Socket client, Dialer dialer, Script script, Bandwidth bandwidth) throws IOException {
        this.client = client;
        this.dialer = dialer;
        this.script = script;
        this.bandwidth = bandwidth;
        client.setTcpNoDelay(true);
        this.fromClient = new BufferedInputStream(client.getInputStream(), BUFFER);
        this.toClient = new BufferedOutputStream(client.getOutputStream(), BUFFER);
        this.server = dialer.dial();
        this.fromServer = new BufferedInputStream(server.getInputStream(), BUFFER);
        this.toServer = new BufferedOutputStream(server.getOutputStream(), BUFFER);
    }

    /** A server may end an idle connection, which a client that speaks to it directly would see. */
    private void redialIfGone() throws IOException {
        server.setSoTimeout(1);
        try {
            fromServer.mark(1);
            if (fromServer.read() < 0) {
                server.close();
                server = dialer.dial();
                fromServer = new BufferedInputStream(server.getInputStream(), BUFFER);
                toServer = new BufferedOutputStream(server.getOutputStream(), BUFFER);
            } else {
                fromServer.reset();
            }
        } catch (SocketTimeoutException e) {
            // Open and silent, as it should be.
        }
        server.setSoTimeout(0);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    /** Serves until one side closes, or a fault ends it. */
    void run() throws IOException {
        Optional<HttpHead> request;
        do {
            request = HttpHead.read(fromClient);
        } while (request.isPresent() && serve(request.get()));
    }

    /** Returns whether the connection may be used again. */
    private boolean serve(HttpHead request) throws IOException {
        Faults faults = script.faults();
        script.count("requests");
        if (faults.refuse()) {
            // One that was open before: a region that is cut off is so for old connections too.
            script.count("refused");
            client.setSoLinger(true, 0);
            return false;
        }
        if (faults.blackHole()) {
            script.count("swallowed");
            hold();
            return false;
        }
        Fate fate = script.fate(faults, request);
        rest(faults.latencyMillis());
        if (fate.error()) {
            script.count("errors");
            return refuse(request);
        }
        Optional<byte[]> stale =
                faults.staleHead() && request.method().equals("HEAD") ? script.remembered(request) : Optional.empty();
        if (stale.isPresent()) {
            script.count("stale_heads");
            toClient.write(stale.get());
            toClient.flush();
            return true;
        }
        try {
            return pass(request, faults, fate);
        } catch (BodyRelay.Cut cut) {
            script.count("cuts");
            client.setSoLinger(true, 0);
            return false;
        }
    }

    private boolean pass(HttpHead request, Faults faults, Fate fate) throws IOException {
        redialIfGone();
        toServer.write(request.bytes());
        toServer.flush();
        long upload = request.contentLength().orElse(0);
        if (request.expectsContinue()) {
            HttpHead interim = response();
            if (interim.status() != CONTINUE) {
                answer(request, interim, faults, fate, false);
                return false;
            }
            toClient.write(interim.bytes());
            toClient.flush();
        }
        BodyRelay up = new BodyRelay(fromClient, toServer, bandwidth, faults.bytesPerSecond());
        spoil(up, upload, fate);
        up.pass(request, false);
        HttpHead response = response();
        while (response.status() == CONTINUE) {
            toClient.write(response.bytes());
            response = response();
        }
        return answer(request, response, faults, fate, upload == 0) && !request.closes();
    }

    /** @param spoil whether the fate is the answer's, since the request had no body */
    private boolean answer(HttpHead request, HttpHead response, Faults faults, Fate fate, boolean spoil)
            throws IOException {
        boolean head = request.method().equals("HEAD");
        if (head && response.status() < NO_CONTENT) {
            script.remember(request, response);
        }
        boolean empty = head || response.status() == NO_CONTENT || response.status() == NOT_MODIFIED;
        toClient.write(response.bytes());
        if (!empty) {
            BodyRelay down = new BodyRelay(fromServer, toClient, bandwidth, faults.bytesPerSecond());
            if (spoil) {
                spoil(down, response.contentLength().orElse(0), fate);
            }
            down.pass(response, true);
        }
        toClient.flush();
        boolean framed =
                empty || response.isChunked() || response.contentLength().isPresent();
        return framed && !response.closes();
    }

    private void spoil(BodyRelay body, long length, Fate fate) {
        if (length == 0) {
            return;
        }
        long place = (long) (fate.place() * length);
        if (fate.cut()) {
            body.cutAt(place);
        } else if (fate.corrupt()) {
            script.count("corruptions");
            body.flipAt(place);
        }
    }

    private HttpHead response() throws IOException {
        return HttpHead.read(fromServer).orElseThrow(() -> new IOException("the server closed the connection"));
    }

    /** The answer of a server that has too much to do. */
    private boolean refuse(HttpHead request) throws IOException {
        if (!request.expectsContinue()) {
            // A client that is still sending would take the answer for a broken connection.
            new BodyRelay(fromClient, OutputStream.nullOutputStream(), bandwidth, 0).pass(request, false);
        }
        toClient.write(request.method().equals("HEAD") ? BUSY_HEAD : BUSY);
        toClient.flush();
        return false;
    }

    /** Takes everything and answers nothing, until the client goes or the hole closes. */
    private void hold() throws IOException {
        client.setSoTimeout(HOLD_MILLIS);
        byte[] lost = new byte[BUFFER];
        while (script.faults().blackHole()) {
            try {
                if (fromClient.read(lost) < 0) {
                    return;
                }
            } catch (SocketTimeoutException e) {
                // Silence: look again whether the hole is still there.
            }
        }
    }

    private static void rest(long millis) throws IOException {
        if (millis > 0) {
            try {
                TimeUnit.MILLISECONDS.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting out the latency", e);
            }
        }
    }
}
