/** Karaf's realm of users, with passwords as the house keeps them. */
package org.strowger.users.internal;
