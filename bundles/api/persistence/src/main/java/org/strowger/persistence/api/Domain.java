package org.strowger.persistence.api;

import javax.sql.DataSource;
import org.osgi.annotation.versioning.ProviderType;

/** One domain's share of the database, migrated. Holds no resource: there is nothing to close. */
@ProviderType
public interface Domain {

  /** What the domain was opened with. */
  DomainSpec spec();

  /** The version of the last migration that ran, as its script is named: {@code "3"}, {@code "2.1"}; never null. */
  String version();

  /** The transactions; the same object as {@link Database#tx()}. */
  Tx tx();

  /**
   * Starts a writer that groups many rows into one transaction. The caller closes it.
   *
   * @param rows writes one batch on the current transaction's connection, preferably with one multi-row statement; it is called
   *     again for a part of the batch when the whole failed, so it must have no effect but its SQL
   */
  <T> BatchWriter<T> writer(BatchSpec spec, BatchWriter.Rows<T> rows);

  /** Pooled connections outside any transaction, only for libraries that insist on a data source. A store uses {@link #tx()}. */
  DataSource dataSource();
}
