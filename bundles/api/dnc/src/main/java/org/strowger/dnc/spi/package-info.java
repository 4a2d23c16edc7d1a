/** What a bundle implements to offer a do-not-call list. */
@Export
@Version("1.0.0")
package org.strowger.dnc.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
