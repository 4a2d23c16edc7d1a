/** Calls: what policies see and may answer, routes, traces, and the calls that are up. */
@Export
@Version("1.3.0")
package org.strowger.calls.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
