package org.strowger.sip.api;

/** Names a transaction of the stack, ours or theirs. Opaque; dies with the transaction. */
public record TransactionId(String value) {}
