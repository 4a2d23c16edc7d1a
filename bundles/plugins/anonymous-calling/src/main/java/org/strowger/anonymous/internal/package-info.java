/** Hide Own CLI and Block Incoming AC. */
package org.strowger.anonymous.internal;
