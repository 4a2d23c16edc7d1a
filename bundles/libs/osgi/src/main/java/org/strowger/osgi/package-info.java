/** What several bundles ask of the framework itself. */
@Export
@Version("1.0.0")
package org.strowger.osgi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
