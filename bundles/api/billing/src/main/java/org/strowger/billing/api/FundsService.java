package org.strowger.billing.api;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.strowger.kernel.Money;

/**
 * Balances and payments. Threads: any; blocks on the database; joins the caller's transaction
 * ({@code Tx}) if there is one.
 */
@ProviderType
public interface FundsService {

  /** Longest {@link Payment#notes()}; spec A.9. */
  int MAX_NOTES = 256;

  /**
   * Gives an entity a balance, when it is created.
   *
   * @param opening may be zero or negative; not zero: the first payment, of kind OPENING
   * @param creditLimit not negative, same currency
   */
  void open(Payer payer, Money opening, Money creditLimit, String by);

  /** Changes the credit limit from now on. @param limit not negative, in the entity's currency */
  void limit(Payer payer, Money limit);

  /** Of an account or a customer. What a carrier is owed is one balance per currency: {@link #balances}. */
  Optional<Balance> balance(Payer payer);

  /**
   * All balances, in order of currency. A carrier has one per currency of the tariffs it sold by, from its first charge on: negative is what we owe it. Of anybody else it is
   * the one that was opened. Empty if there is none.
   */
  default List<Balance> balances(Payer payer) {
    return balance(payer).stream().toList();
  }

  /**
   * Takes the balance of an entity that is being deleted, of a carrier all of them, in the transaction that deletes it. From this call on no call gets a hold on it, until
   * the transaction is rolled back; if it commits, for ever. Payments and entries stay. Does nothing where there is no balance.
   *
   * @throws org.strowger.kernel.StrowgerException CONFLICT while a call that the entity pays for is up, also one that costs nothing, or while the
   *     balance is not zero; the message names the amount
   * @throws IllegalStateException outside a transaction
   */
  void close(Payer payer);

  /**
   * Books a payment. For a carrier FUNDS is money that we paid it.
   *
   * @param amount positive, in the entity's currency; for a carrier in one that it has a balance in, which is the one that changes
   * @param idempotencyKey null for none; a second payment with the same key of the same payer answers the first
   * @throws org.strowger.kernel.StrowgerException CONFLICT if a debit exceeds what is available: money held for calls cannot be taken away
   * @throws org.strowger.kernel.InvalidInput for another currency, notes too long, an amount that is not positive
   */
  Payment book(Payer payer, Payment.Kind kind, Money amount, String notes, String by, String idempotencyKey);

  /** Newest first. @param limit 1 to 1000 */
  List<Payment> payments(Payer payer, int offset, int limit);
}
