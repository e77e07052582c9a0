package dev.shoal.agent.machine;

/** A tar holds an entry that a version's directory must not have. The message names it. */
final class UnsafeArchiveException extends Exception {
    UnsafeArchiveException(String entry, String why) {
        super("refused to unpack '" + entry + "': " + why);
    }
}
