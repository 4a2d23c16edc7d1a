/** Contract tests and fixtures for whoever writes a plugin, with JUnit 5. */
package org.strowger.testkit.plugin;
