package org.strowger.postgres.internal.backup;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.strowger.persistence.api.BackupManifest;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.DatabaseException.Kind;
import org.strowger.postgres.internal.backup.Catalog.Partition;
import org.strowger.postgres.internal.backup.Catalog.Sequence;
import org.strowger.postgres.internal.backup.Catalog.Table;

/**
 * The manifest inside a backup: lines of fields with tabs between, the last one the checksum of all before.
 *
 * @param taken the moment of the snapshot
 */
record Contents(Instant taken, List<Part> parts) {

  /** The manifest's name in the archive; it comes last. */
  static final String ENTRY = "manifest.tsv";

  private static final String FORMAT = "strowger-backup\t1";
  private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_$]{0,62}|\"[^\"\\t\\n]{1,63}\"");
  /** Goes into a statement when a partition is made, so nothing but a bound may pass. */
  private static final Pattern BOUND = Pattern.compile("DEFAULT|FOR VALUES [A-Za-z0-9 (),:+'._-]{1,300}");

  /** One domain in the backup. */
  record Part(String name, String version, List<Rows> tables, List<Sequence> sequences) {}

  /** One table in the backup. */
  record Rows(Table table, long count, String sha256) {

    String entry(String domain) {
      return domain + "/" + table.name().replace("\"", "") + ".copy";
    }
  }

  BackupManifest manifest() {
    return new BackupManifest(taken, parts.stream().map(part -> new BackupManifest.DomainPart(part.name(), part.version(),
        part.tables().stream().map(rows -> new BackupManifest.TablePart(rows.table().name(), rows.count(), rows.sha256())).toList()))
        .toList());
  }

  String text() {
    StringBuilder text = new StringBuilder(FORMAT).append('\n');
    line(text, "taken", taken);
    for (Part part : parts) {
      line(text, "domain", part.name(), part.version());
      for (Rows rows : part.tables()) {
        line(text, "table", rows.table().name(), rows.count(), rows.sha256(), rows.table().columns());
        rows.table().partitions().forEach(partition -> line(text, "partition", partition.name(), partition.bound()));
      }
      part.sequences().forEach(sequence -> line(text, "sequence", sequence.name(), sequence.next()));
    }
    String all = text.toString();
    return all + "end\t" + Checksums.hex(all.getBytes(StandardCharsets.UTF_8)) + "\n";
  }

  private static void line(StringBuilder text, Object... fields) {
    for (int i = 0; i < fields.length; i++) {
      text.append(i == 0 ? "" : "\t").append(fields[i]);
    }
    text.append('\n');
  }

  static Contents parse(String text) {
    int end = text.lastIndexOf("end\t");
    if (!text.startsWith(FORMAT + "\n")) {
      throw damaged("it does not begin with \"" + FORMAT.replace('\t', ' ') + "\"");
    }
    if (end < 0 || !text.substring(end + 4).strip().equals(Checksums.hex(text.substring(0, end).getBytes(StandardCharsets.UTF_8)))) {
      throw damaged("its checksum is wrong");
    }
    Instant taken = null;
    List<Part> parts = new ArrayList<>();
    for (String line : text.substring(0, end).lines().skip(1).toList()) {
      String[] fields = line.split("\t", -1);
      try {
        Part part = parts.isEmpty() ? null : parts.get(parts.size() - 1);
        switch (fields[0]) {
          case "taken" -> taken = Instant.parse(fields[1]);
          case "domain" -> parts.add(new Part(name(fields[1]), fields[2], new ArrayList<>(), new ArrayList<>()));
          case "table" -> part.tables().add(
              new Rows(new Table(name(fields[1]), fields[4], new ArrayList<>()), Long.parseLong(fields[2]), fields[3]));
          case "partition" -> part.tables().get(part.tables().size() - 1).table().partitions().add(new Partition(name(fields[1]), bound(fields[2])));
          case "sequence" -> part.sequences().add(new Sequence(name(fields[1]), Long.parseLong(fields[2])));
          default -> throw damaged("it has a line \"" + fields[0] + "\"");
        }
      } catch (RuntimeException wrong) {
        throw wrong instanceof DatabaseException same ? same : damaged("the line \"" + line + "\" cannot be read");
      }
    }
    if (taken == null) {
      throw damaged("it does not say when it was taken");
    }
    return new Contents(taken, parts);
  }

  private static String name(String name) {
    if (!NAME.matcher(name).matches()) {
      throw damaged("\"" + name + "\" is no name");
    }
    return name;
  }

  private static String bound(String bound) {
    if (!BOUND.matcher(bound).matches()) {
      throw damaged("\"" + bound + "\" is no partition bound");
    }
    return bound;
  }

  private static DatabaseException damaged(String why) {
    return new DatabaseException(Kind.BACKUP, "the backup's manifest is damaged: " + why, null);
  }
}
