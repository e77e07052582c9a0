package dev.shoal.agent.ban;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Where a peer is, as {@code 10.1.2.3:9301}: IPv4, as in compact announces. */
public record PeerAddress(@JsonValue String value) {
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern SYNTAX = Pattern.compile("(" + OCTET + "\\.){3}" + OCTET + ":[1-9][0-9]{0,4}");

    /** @throws IllegalArgumentException naming the value that does not match the syntax */
    @JsonCreator
    public PeerAddress {
        if (!SYNTAX.matcher(value).matches() || port(value) > 65_535) {
            throw new IllegalArgumentException("not an IPv4 address with a port: '" + value + "'");
        }
    }

    /** The peer that listens there. */
    public PeerAddress(Inet4Address ip, int port) {
        this(ip.getHostAddress() + ":" + port);
    }

    /** Asks no resolver. */
    public Inet4Address ip() {
        String[] octets = value.substring(0, value.indexOf(':')).split("\\.", -1);
        byte[] address = new byte[octets.length];
        for (int i = 0; i < address.length; i++) {
            address[i] = (byte) Integer.parseInt(octets[i]);
        }
        try {
            return (Inet4Address) InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    /** The TCP port. */
    public int port() {
        return port(value);
    }

    private static int port(String value) {
        return Integer.parseInt(value.substring(value.indexOf(':') + 1));
    }

    @Override
    public String toString() {
        return value;
    }
}
