package dev.shoal.api.logs;

import java.io.Closeable;
import java.io.IOException;

/** The way to one reader. Used by one thread. */
interface LogSink extends Closeable {
    /** Sends now. @throws IOException if the reader is gone */
    void write(String text) throws IOException;

    boolean isClosed();
}
