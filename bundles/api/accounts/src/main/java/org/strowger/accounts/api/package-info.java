/** Accounts, their credentials and the settings that features add to them. */
@Export
@Version("1.4.0")
package org.strowger.accounts.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
