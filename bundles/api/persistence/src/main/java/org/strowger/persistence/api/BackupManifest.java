package org.strowger.persistence.api;

import java.time.Instant;
import java.util.List;

/**
 * What a backup holds.
 *
 * @param taken the moment all rows are of
 * @param domains in the order of their names
 */
public record BackupManifest(Instant taken, List<DomainPart> domains) {

  public BackupManifest {
    domains = List.copyOf(domains);
  }

  /** All rows of all domains. */
  public long rows() {
    return domains.stream().flatMap(domain -> domain.tables().stream()).mapToLong(TablePart::rows).sum();
  }

  /**
   * @param version the domain's last migration
   * @param tables in the order they are restored
   */
  public record DomainPart(String name, String version, List<TablePart> tables) {
    public DomainPart {
      tables = List.copyOf(tables);
    }
  }

  /** @param sha256 of the table's rows in the file, 64 lower-case hexadecimal digits */
  public record TablePart(String name, long rows, String sha256) {}
}
