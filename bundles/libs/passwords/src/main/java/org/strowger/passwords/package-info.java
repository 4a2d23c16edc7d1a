/** How passwords and generated secrets are kept. */
@Export
@Version("1.0.0")
package org.strowger.passwords;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
