package org.strowger.billing.api;

/**
 * One payer's part in a call.
 *
 * @param rate what it costs this payer
 * @param limited whether this payer's funds bound the call; carriers are not
 */
public record Share(Payer payer, RateSnapshot rate, boolean limited) {}
