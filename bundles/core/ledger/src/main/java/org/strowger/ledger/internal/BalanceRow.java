package org.strowger.ledger.internal;

import java.math.BigDecimal;
import java.util.Currency;
import org.strowger.billing.api.Payer;

/**
 * An entity's money as the database has it.
 *
 * @param main whether this is the currency it was opened in; another one only collects charges of tariffs that changed
 * @param version grows with every change, so that of two readings the later one can be told
 */
record BalanceRow(Payer payer, Currency currency, boolean main, BigDecimal balance, BigDecimal creditLimit, long version) {}
