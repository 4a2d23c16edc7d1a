/** Who is at the door: Karaf's realm, tokens, and how often one may be wrong. */
package org.strowger.rest.internal.login;
