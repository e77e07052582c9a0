/** Certificates of our own: what a process trusts, and what it shows. The one place of the model that knows of TLS. */
@NullMarked
package dev.shoal.model.tls;

import org.jspecify.annotations.NullMarked;
