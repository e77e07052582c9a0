package dev.shoal.workflows;

import java.lang.reflect.Proxy;

/** What the control queue serves. */
record ControlOnly(World world) {
    Object[] all() {
        return new Object[] {only(JobActivities.class), only(ReplicationActivities.class), only(ReleaseActivities.class)
        };
    }

    /** The world seen through one interface. */
    private Object only(Class<?> activities) {
        return Proxy.newProxyInstance(
                activities.getClassLoader(), new Class<?>[] {activities}, (proxy, method, arguments) -> {
                    try {
                        return method.invoke(world, arguments);
                    } catch (java.lang.reflect.InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
