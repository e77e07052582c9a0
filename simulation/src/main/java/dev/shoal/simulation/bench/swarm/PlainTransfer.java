package dev.shoal.simulation.bench.swarm;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** One plain TCP transfer: what the testbed's links give to a program that does nothing else. */
final class PlainTransfer {
    private static final int BUFFER = 256 << 10;
    private static final int ACCEPT_MILLIS = 60_000;
    private static final int CONNECT_MILLIS = 10_000;

    private PlainTransfer() {}

    /** {@code send ADDRESS PORT BYTES}, which says when it listens, or {@code receive ADDRESS PORT}, which prints bytes a second. */
    public static void main(String[] args) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(args[1]), Integer.parseInt(args[2]));
        if (args[0].equals("send")) {
            send(address, Long.parseLong(args[3]));
        } else {
            System.out.println(receive(address));
        }
    }

    private static void send(InetSocketAddress address, long bytes) throws IOException {
        try (ServerSocket server = new ServerSocket()) {
            server.setReuseAddress(true);
            server.setSoTimeout(ACCEPT_MILLIS);
            server.bind(address);
            System.out.println("listening");
            byte[] block = new byte[BUFFER];
            try (Socket socket = server.accept();
                    OutputStream out = socket.getOutputStream()) {
                for (long left = bytes; left > 0; left -= block.length) {
                    out.write(block, 0, (int) Math.min(block.length, left));
                }
            }
        }
    }

    private static double receive(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address, CONNECT_MILLIS);
            InputStream in = socket.getInputStream();
            byte[] block = new byte[BUFFER];
            long bytes = 0;
            long start = System.nanoTime();
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                bytes += read;
            }
            return bytes * 1e9 / (System.nanoTime() - start);
        }
    }
}
