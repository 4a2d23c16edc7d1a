/**
 * How a domain keeps its data: its own schema and migrations, one transaction that spans domains, and a writer that groups
 * many small rows into one commit. JDBC types appear here, types of a library do not.
 */
@Export
@Version("1.2.0")
package org.strowger.persistence.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
