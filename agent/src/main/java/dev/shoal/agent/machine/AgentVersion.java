package dev.shoal.agent.machine;

/** Which agent this is, for reports. */
final class AgentVersion {
    private AgentVersion() {}

    /** The version of the jar; {@code unpackaged} when run from classes. */
    static String current() {
        String version = AgentVersion.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }
}
