package org.strowger.plugins.internal;

/** Where a plugin's services of one id live: one build of its bundle. */
record Home(String id, String version, long bundle, ClassLoader loader, Ward ward) {}
