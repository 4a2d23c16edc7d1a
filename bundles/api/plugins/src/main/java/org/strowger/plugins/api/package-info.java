/** The plugins there are, and how to ask one without trusting it. */
@Export
@Version("1.3.0")
package org.strowger.plugins.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
