/** How a bundle offers resources over HTTP: plain data in, plain data out, described by schemas. */
@Export
@Version("1.3.0")
package org.strowger.rest.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
