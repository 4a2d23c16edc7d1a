/** What plugins implement around billing. */
@Export
@Version("1.0.0")
package org.strowger.billing.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
