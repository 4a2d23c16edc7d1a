/** What plugins implement to decide about calls. */
@Export
@Version("1.1.0")
package org.strowger.calls.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
