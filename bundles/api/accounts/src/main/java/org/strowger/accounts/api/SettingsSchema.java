package org.strowger.accounts.api;

import org.strowger.kernel.data.Schema;

/**
 * What a feature adds to an account, as plain data.
 *
 * @param feature its id
 * @param section heading on the account page: {@code Advanced Parameters}
 */
public record SettingsSchema(String feature, String section, int version, Schema schema) {}
