/** The SOAP door: operations on accounts, funds and CDRs. */
package org.strowger.soap.internal;
