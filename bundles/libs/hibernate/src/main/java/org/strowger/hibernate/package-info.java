/** Entities of a domain on the switch's one transaction. */
@Export
@Version("1.1.0")
package org.strowger.hibernate;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
