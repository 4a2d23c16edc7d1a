package org.strowger.persistence.api;

import java.sql.SQLException;
import org.osgi.annotation.versioning.ConsumerType;

/** Takes part in a transaction with pending work of its own, as an object-relational session does. Called on the transaction's thread. */
@ConsumerType
public interface Participant {

  /** Sends pending work to the connection. Called before the commit, again if others brought new work; an exception dooms the transaction. */
  void flush() throws SQLException;

  /**
   * The transaction is over; releases everything. The connection must not be used any more.
   *
   * @param committed true only when the commit is known to have succeeded
   */
  void ended(boolean committed);
}
