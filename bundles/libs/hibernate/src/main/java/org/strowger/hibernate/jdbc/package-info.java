/** What the switch needs of the PostgreSQL driver, the pool and the migrations, without their types. */
@Export
@Version("1.0.0")
package org.strowger.hibernate.jdbc;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
