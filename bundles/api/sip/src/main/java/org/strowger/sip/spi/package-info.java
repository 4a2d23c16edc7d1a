/** What call control, the registrar and others implement to receive SIP. */
@Export
@Version("1.1.0")
package org.strowger.sip.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
