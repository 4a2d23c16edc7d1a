/** Words that all of Strowger shares: ids, money, time, results. No thread, no state. */
@Export
@Version("1.3.0")
package org.strowger.kernel;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
