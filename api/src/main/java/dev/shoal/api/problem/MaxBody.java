package dev.shoal.api.problem;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The most bytes that the body of a request to this method may have; without it {@link #DEFAULT}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface MaxBody {
    /** 64 KiB. */
    long DEFAULT = 64 << 10;

    /** The method reads the stream itself and sets its own limit. */
    long OWN = -1;

    /** In bytes, or {@link #OWN}. */
    long value();
}
