package dev.shoal.activities.sandbox;

/** The build itself is at fault: bad source, failed command, missing artifact. The message is one line for its owner. */
public final class BuildFault extends Exception {
    private static final int LONGEST = 400;

    public BuildFault(String reason) {
        super(oneLine(reason));
    }

    public BuildFault(String reason, Throwable cause) {
        super(oneLine(reason), cause);
    }

    private static String oneLine(String reason) {
        String line = reason.strip().replaceAll("\\s*\\R\\s*", "; ");
        return line.length() > LONGEST ? line.substring(0, LONGEST) : line;
    }

    /** The message, which is never absent. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
