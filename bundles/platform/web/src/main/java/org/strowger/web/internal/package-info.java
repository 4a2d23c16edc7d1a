/** The web server's settings, looked at before Pax Web gets them. */
package org.strowger.web.internal;
