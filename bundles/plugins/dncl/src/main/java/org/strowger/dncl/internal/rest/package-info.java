/** Lists over REST. */
package org.strowger.dncl.internal.rest;
