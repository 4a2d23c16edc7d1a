package org.strowger.billing.api;

/** What an on-net call costs where the tariff has no rate for it; spec B.2. */
public enum OnNetPolicy { FREE, REFUSE }
