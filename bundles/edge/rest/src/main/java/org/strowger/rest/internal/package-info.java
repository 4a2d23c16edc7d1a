/** The REST door: one servlet that publishes whatever resources there are. */
package org.strowger.rest.internal;
