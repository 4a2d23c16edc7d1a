/** How a feature adds settings to an account. */
@Export
@Version("1.0.0")
package org.strowger.accounts.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
