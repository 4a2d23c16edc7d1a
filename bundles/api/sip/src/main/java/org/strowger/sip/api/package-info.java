/** SIP as call control sees it: requests, responses, dialogs and flows as plain records, and the service that sends them. */
@Export
@Version("1.4.0")
package org.strowger.sip.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
