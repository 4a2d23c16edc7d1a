package org.strowger.persistence.api;

import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names a domain and says where its migrations are. The domain's name is the name of its schema, its scripts are resources
 * {@code db/<name>/V<version>__<what>.sql} of {@code loader}.
 *
 * @param name lower case letters, digits and underscores, a letter first, at most 40 characters
 * @param loader the class loader of the domain's bundle
 * @param seeded tables (without schema) that migrations or the switch's first start fill by themselves. Their rows do not make an
 *     instance count as used when a backup is to be restored; the restore replaces them
 * @param keys files of the instance's {@code keys/} that open what the domain keeps sealed in its tables: names, in which {@code *} stands
 *     for any letters, digits and hyphens. They go beside a backup, and back with it
 */
public record DomainSpec(String name, ClassLoader loader, Set<String> seeded, Set<String> keys) {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,39}");
  private static final Pattern KEY = Pattern.compile("[a-z0-9*-]+\\.key");

  public DomainSpec {
    Objects.requireNonNull(loader, "loader");
    seeded = Set.copyOf(seeded);
    keys = Set.copyOf(keys);
    for (String key : keys) {
      if (!KEY.matcher(key).matches()) {
        throw new IllegalArgumentException("key file \"" + key + "\" of domain " + name + ": must be lower case letters, digits, hyphens and *, and end with .key");
      }
    }
    if (!NAME.matcher(name).matches() || name.startsWith("pg_") || name.equals("public")) {
      throw new IllegalArgumentException("domain name \"" + name + "\": must be lower case letters, digits and underscores, "
          + "a letter first, at most 40 characters, not public and not pg_…; it becomes the name of a schema");
    }
  }

  /** A domain that seals nothing. */
  public DomainSpec(String name, ClassLoader loader, Set<String> seeded) {
    this(name, loader, seeded, Set.of());
  }

  /** The domain {@code name} whose scripts lie in the bundle (or jar) that holds {@code anchor}. */
  public static DomainSpec of(String name, Class<?> anchor) {
    return new DomainSpec(name, anchor.getClassLoader(), Set.of());
  }

  /** The same domain with the tables that fill themselves. */
  public DomainSpec seeding(String... tables) {
    return new DomainSpec(name, loader, Set.of(tables), keys);
  }

  /** The same domain with the files of {@code keys/} without which some of its rows cannot be read. */
  public DomainSpec sealedWith(String... files) {
    return new DomainSpec(name, loader, seeded, Set.of(files));
  }

  /** Whether a file of {@code keys/} is one of the domain's. */
  public boolean isKey(String file) {
    return keys.stream().anyMatch(key -> file.matches(key.replace(".", "\\.").replace("*", "[0-9A-Za-z-]+")));
  }

  /** The schema that holds all tables of the domain. */
  public String schema() {
    return name;
  }

  /** The folder of the scripts inside {@link #loader()}. */
  public String scripts() {
    return "db/" + name;
  }
}
