/** {@code /calls}. */
package org.strowger.calls.internal.rest;
