/** The running instance: what outlives Karaf's cache, and when the start is over. */
package org.strowger.instance.internal;
