/** What a bundle implements to offer REST resources. */
@Export
@Version("1.0.0")
package org.strowger.rest.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
