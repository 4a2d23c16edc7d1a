/** The JMX door: the Java machine's MBeans for administrators. */
package org.strowger.jmx.internal;
