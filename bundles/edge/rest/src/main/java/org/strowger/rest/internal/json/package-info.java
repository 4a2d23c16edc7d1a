/** JSON to plain data and back, within limits. */
package org.strowger.rest.internal.json;
