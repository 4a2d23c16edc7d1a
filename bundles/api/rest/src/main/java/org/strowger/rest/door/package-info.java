/** What every HTTP door demands of a request, whatever it speaks: a safe way, a body that comes in time, a place; and how the switch is. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.1.0")
package org.strowger.rest.door;
