package org.strowger.sip.api;

/** Names a dialog of the stack (RFC 3261 12): our tag, their tag, Call-ID. */
public record DialogId(String callId, String localTag, String remoteTag) {}
