/** Records as plain data: schema, validation and codec from one declaration. */
@Export
@Version("1.1.0")
package org.strowger.kernel.data;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
