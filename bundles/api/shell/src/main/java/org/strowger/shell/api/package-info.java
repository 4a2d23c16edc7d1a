/** How commands print: tables for people, JSON for programs. */
@Export
@Version("1.0.0")
package org.strowger.shell.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
