/** Follows plugins in the service registry and asks them under guard. */
package org.strowger.plugins.internal;
