package org.strowger.accounts.api;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.strowger.kernel.AccountId;

/**
 * Accounts as calls need them: from a bounded cache that every committed change invalidates.
 * Threads: call workers, never SIP threads: a miss blocks on the database.
 */
@ProviderType
public interface AccountDirectory {

  Optional<Account> find(AccountId id);

  /** On-net number: the account name. */
  Optional<Account> byName(String name);

  /** Whether {@link #byName} can answer from memory now, be it that there is nobody: never blocks. */
  default boolean knows(String name) {
    return false;
  }

  /**
   * Who has this digest user name, and the hashes to check the answer with. Nothing is decrypted on a
   * hit. Unknown names are cached too, bounded.
   *
   * @param realm the switch's
   */
  Optional<VoipCredential> byVoipLogin(String login, String realm);

  /** As {@link #byVoipLogin}, only if it is in memory, ready: never blocks. Empty says nothing about whether there is one. */
  default Optional<VoipCredential> keptByVoipLogin(String login, String realm) {
    return Optional.empty();
  }

  /** Whether {@link #byVoipLogin} can answer from memory now, be it that there is nobody: never blocks. */
  default boolean knowsVoipLogin(String login) {
    return false;
  }

  /**
   * Asks the database for a login that nobody has, and keeps nothing of it: takes as long, and fails as, the look-up of
   * one who is not in memory.
   */
  void askForNobody();

  /** An account with H(login:realm:password), MD5 and SHA-256, lower-case hex. Never printed. */
  record VoipCredential(Account account, String ha1Md5, String ha1Sha256) {
    @Override
    public String toString() {
      return "credential of account " + account.id();
    }
  }
}
