package org.strowger.sip.api;

/** How SIP travels. */
public enum Transport { UDP, TCP, TLS }
