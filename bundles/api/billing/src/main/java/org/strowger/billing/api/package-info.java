/** Rating, ledger and CDRs: what a call costs, who pays, and the record of it. */
@Export
@Version("1.3.0")
package org.strowger.billing.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
