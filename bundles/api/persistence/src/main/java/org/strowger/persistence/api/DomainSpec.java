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
 */
public record DomainSpec(String name, ClassLoader loader, Set<String> seeded) {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,39}");

  public DomainSpec {
    Objects.requireNonNull(loader, "loader");
    seeded = Set.copyOf(seeded);
    if (!NAME.matcher(name).matches() || name.startsWith("pg_") || name.equals("public")) {
      throw new IllegalArgumentException("domain name \"" + name + "\": must be lower case letters, digits and underscores, "
          + "a letter first, at most 40 characters, not public and not pg_…; it becomes the name of a schema");
    }
  }

  /** The domain {@code name} whose scripts lie in the bundle (or jar) that holds {@code anchor}. */
  public static DomainSpec of(String name, Class<?> anchor) {
    return new DomainSpec(name, anchor.getClassLoader(), Set.of());
  }

  /** The same domain with the tables that fill themselves. */
  public DomainSpec seeding(String... tables) {
    return new DomainSpec(name, loader, Set.of(tables));
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
