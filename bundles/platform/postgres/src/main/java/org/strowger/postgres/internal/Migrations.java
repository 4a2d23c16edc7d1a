package org.strowger.postgres.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.osgi.framework.BundleReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.hibernate.jdbc.Migrator;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.DomainSpec;

/**
 * Brings schemas up to their scripts, and remembers with which scripts it did and what the schema's own history said then: a bundle that is replaced by
 * one with the same scripts finds its schema as it left it, and calls wait for it. What is in doubt is left to Flyway.
 */
final class Migrations {

  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

  /** @param scripts a digest of them */
  private record Done(String scripts, String history, String version) {}

  private final Map<String, Done> done = new ConcurrentHashMap<>();

  /**
   * @param fresh connections whose time limit is far above that of the pool's: a migration may take long
   * @param pooled the same database's
   */
  Migrator.Migrated migrate(DataSource fresh, DataSource pooled, DomainSpec spec) {
    String scripts = scripts(spec).orElse(null);
    Done before = done.get(spec.name());
    // Another database has another history, if only by its times; a copy of this one, as after a fail-over, has this one's, and its schema.
    if (before != null && before.scripts.equals(scripts) && history(pooled, spec).filter(before.history::equals).isPresent()) {
      return new Migrator.Migrated(before.version, 0);
    }
    requireRights(pooled, spec);
    Migrator.Migrated migrated = Migrator.migrate(fresh, spec);
    Optional<String> history = scripts == null ? Optional.empty() : history(pooled, spec);
    history.ifPresentOrElse(now -> done.put(spec.name(), new Done(scripts, now, migrated.version())), () -> done.remove(spec.name()));
    return migrated;
  }

  /** Flyway's message would be what it wanted to do. */
  private static void requireRights(DataSource pooled, DomainSpec spec) {
    try (Connection connection = pooled.getConnection()) {
      Optional<String> lacking = Rights.lackingFor(spec.schema(), connection, connection.getMetaData().getUserName());
      if (lacking.isPresent()) {
        throw new DatabaseException(DatabaseException.Kind.MIGRATION, "domain " + spec.name() + " has no schema yet: " + lacking.get(), null);
      }
    } catch (SQLException unknown) {
      // Whoever migrates now meets the same, and says it better.
      LOG.debug("the rights of {} cannot be asked for", spec.name(), unknown);
    }
  }

  private static Optional<String> history(DataSource pooled, DomainSpec spec) {
    String sql = "select string_agg(concat_ws(' ', installed_rank, version, script, checksum, installed_on, success), ', ' order by installed_rank) from "
        + spec.schema() + "." + Migrator.HISTORY;
    try (Connection connection = pooled.getConnection(); Statement select = connection.createStatement(); ResultSet row = select.executeQuery(sql)) {
      row.next();
      return Optional.ofNullable(row.getString(1));
    } catch (SQLException unknown) {
      LOG.debug("the history of {} cannot be read", spec.name(), unknown);
      return Optional.empty();
    }
  }

  /** Names and contents of the scripts; empty where they cannot be listed, as in a jar on a class path. */
  private static Optional<String> scripts(DomainSpec spec) {
    try {
      var found = new TreeMap<String, URL>();
      if (spec.loader() instanceof BundleReference of) {
        var entries = of.getBundle().findEntries(spec.scripts(), "*.sql", true);
        (entries == null ? Collections.<URL>emptyList() : Collections.list(entries)).forEach(url -> found.put(url.getPath(), url));
      } else {
        URL folder = spec.loader().getResource(spec.scripts());
        if (folder != null && folder.getProtocol().equals("file")) {
          files(Path.of(URI.create(folder.toString())), found);
        }
      }
      return found.isEmpty() ? Optional.empty() : Optional.of(digest(found));
    } catch (IOException | IllegalArgumentException unknown) {
      LOG.debug("the scripts of {} cannot be listed", spec.name(), unknown);
      return Optional.empty();
    }
  }

  private static void files(Path folder, Map<String, URL> found) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        found.put(folder.relativize(file).toString(), file.toUri().toURL());
      }
    }
  }

  private static String digest(TreeMap<String, URL> scripts) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Map.Entry<String, URL> script : scripts.entrySet()) {
        byte[] content;
        try (InputStream in = script.getValue().openStream()) {
          content = in.readAllBytes();
        }
        digest.update((script.getKey() + " " + content.length + "\n").getBytes(StandardCharsets.UTF_8));
        digest.update(content);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
