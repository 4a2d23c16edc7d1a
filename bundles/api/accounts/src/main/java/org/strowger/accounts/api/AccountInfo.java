package org.strowger.accounts.api;

import java.time.Instant;
import java.util.Currency;
import org.strowger.kernel.data.Setting;

/**
 * What the switch itself knows of an account; spec A.1. The balance is the ledger's.
 *
 * @param firstUse first call attempt, even a failed one; never set again
 * @param expiration first use + lifetime; null while not running
 * @param updated last change of properties, not of money
 * @param lastLogin to the portal
 * @param lastPasswordChange of the web password
 */
public record AccountInfo(
    Currency currency,
    @Setting(optional = true) Instant expiration,
    @Setting(optional = true) Instant firstUse,
    Instant created,
    String createdBy,
    Instant updated,
    String updatedBy,
    @Setting(optional = true) Instant lastLogin,
    @Setting(optional = true) Instant lastPasswordChange) {}
