package dev.shoal.agent.swarm;

/** Hears about a session's artifacts, on the session's one alert thread: return quickly, hand work to another thread. */
@FunctionalInterface
public interface SwarmListener {
    /** Called for each event in order. */
    void onEvent(SwarmEvent event);
}
