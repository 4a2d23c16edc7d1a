package org.strowger.shell.internal;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.karaf.jaas.boot.principal.GroupPrincipal;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.config.JaasRealm;
import org.apache.karaf.jaas.modules.BackingEngine;
import org.apache.karaf.jaas.modules.BackingEngineFactory;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Unavailable;
import org.strowger.rest.api.Role;

/** Users where Karaf's realm keeps them: one store for the shell, REST and SOAP. */
final class Users {

  private static final String REALM = "karaf";
  private static final String MODULE = "org.apache.karaf.jaas.module";
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
  private static final int PASSWORD_BYTES = 15;
  /** Each role is a group, so that what a role may do in the shell is written in one place. */
  private static final Map<Role, String> GROUPS = Map.of(Role.ADMIN, "admingroup", Role.READ_ONLY, "viewergroup");
  private static final Map<Role, String> ROLES = Map.of(Role.ADMIN, "admin", Role.READ_ONLY, "viewer");
  private static final String MAY_USE_THE_SHELL = "ssh";

  /** @param role null if it is neither */
  record User(String name, Role role, List<String> roles) {}

  private final Services services;

  Users(Services services) {
    this.services = services;
  }

  List<User> list() {
    return withEngine((engine, kept) -> list(engine), false);
  }

  /** Whether who has the file of users may read passwords in it, or soon knows the short ones. */
  boolean keptWeakly() {
    return withEngine((engine, kept) -> kept.areWeak(), false);
  }

  /** @return the password, shown this once */
  String create(String name, Role role) {
    if (name == null || !name.matches(NAME)) {
      throw new InvalidInput("name", name, "is 1 to 64 letters, digits, '.', '_' or '-' and begins with a letter or digit");
    }
    String made = withEngine((engine, kept) -> {
      if (list(engine).stream().anyMatch(user -> user.name.equals(name))) {
        throw StrowgerException.duplicate("name", name, "a user has a name of its own");
      }
      String password = password();
      engine.addUser(name, kept.generated(password));
      grant(engine, name, role);
      return password;
    }, true);
    // Whoever is shown a password can log in with it.
    if (list().stream().noneMatch(user -> user.name.equals(name) && user.role == role)) {
      throw StrowgerException.conflict("somebody else wrote the users at the same moment and '" + name + "' is not among them; make it again");
    }
    return made;
  }

  /** @return the new password, shown this once */
  String renewPassword(String name) {
    return withEngine((engine, kept) -> {
      User user = find(engine, name);
      String password = password();
      engine.addUser(user.name, kept.generated(password));
      return password;
    }, true);
  }

  void changeRole(String name, Role role) {
    withEngine((engine, kept) -> {
      User user = find(engine, name);
      if (role != Role.ADMIN) {
        requireAnotherAdmin(engine, user);
      }
      keepingGroups(engine, () -> GROUPS.values().forEach(group -> engine.deleteGroup(name, group)));
      for (String old : ROLES.values()) {
        engine.deleteRole(name, old);
      }
      grant(engine, name, role);
      return role;
    }, true);
  }

  void delete(String name) {
    withEngine((engine, kept) -> {
      User user = find(engine, name);
      requireAnotherAdmin(engine, user);
      keepingGroups(engine, () -> engine.deleteUser(user.name));
      return user;
    }, true);
  }

  /** Karaf's engine deletes a group when its last member leaves, and what the operator let it do with it. */
  private static void keepingGroups(BackingEngine engine, Runnable work) {
    var before = new LinkedHashMap<GroupPrincipal, List<RolePrincipal>>();
    engine.listGroups().keySet().forEach(group -> before.put(group, List.copyOf(engine.listRoles(group))));
    work.run();
    Set<GroupPrincipal> left = engine.listGroups().keySet();
    before.forEach((group, roles) -> {
      if (!left.contains(group)) {
        engine.createGroup(group.getName());
        roles.forEach(role -> engine.addGroupRole(group.getName(), role.getName()));
      }
    });
  }

  private static void grant(BackingEngine engine, String name, Role role) {
    engine.addGroup(name, GROUPS.get(role));
    List<String> now = find(engine, name).roles;
    for (String needed : List.of(ROLES.get(role), MAY_USE_THE_SHELL)) {
      // The operator may have emptied or renamed the groups.
      if (!now.contains(needed)) {
        engine.addRole(name, needed);
      }
    }
  }

  private static void requireAnotherAdmin(BackingEngine engine, User user) {
    if (user.role == Role.ADMIN && list(engine).stream().noneMatch(other -> other.role == Role.ADMIN && !other.name.equals(user.name))) {
      throw StrowgerException.conflict("'" + user.name + "' is the last administrator: nobody could let anybody in again");
    }
  }

  private static User find(BackingEngine engine, String name) {
    return list(engine).stream().filter(user -> user.name.equals(name)).findFirst()
        .orElseThrow(() -> StrowgerException.notFound("user", "'" + name + "'; see switch:user-list"));
  }

  private static List<User> list(BackingEngine engine) {
    return engine.listUsers().stream().map(principal -> {
      var roles = new TreeSet<String>();
      engine.listRoles(principal).forEach(role -> roles.add(role.getName()));
      engine.listGroups(principal).forEach(group -> engine.listRoles(group).forEach(role -> roles.add(role.getName())));
      Role role = roles.contains("admin") ? Role.ADMIN : roles.contains("viewer") || roles.contains("read-only") ? Role.READ_ONLY : null;
      return new User(principal.getName(), role, List.copyOf(roles));
    }).sorted(Comparator.comparing(User::name)).toList();
  }

  private <R> R withEngine(BiFunction<BackingEngine, KeptPasswords, R> work, boolean changes) {
    record Ranked(int rank, List<AppConfigurationEntry> entries) {}
    // As JAAS does: of two realms of one name the higher rank counts.
    List<AppConfigurationEntry> entries = services.each(JaasRealm.class, realm -> REALM.equals(realm.getName()) ? new Ranked(realm.getRank(), List.of(realm.getEntries())) : null)
        .stream().max(Comparator.comparing(Ranked::rank)).orElseThrow(() -> new Unavailable("the realm " + REALM)).entries;
    for (AppConfigurationEntry entry : entries) {
      Object module = entry.getOptions().get(MODULE);
      // A realm of LDAP has no engine: its users are kept elsewhere.
      List<R> done = services.each(BackingEngineFactory.class, factory -> factory.getModuleClass().equals(module) ? use(factory, entry.getOptions(), work, changes) : null);
      if (!done.isEmpty()) {
        return done.get(0);
      }
    }
    throw StrowgerException.conflict("the users of realm " + REALM + " are kept outside of the switch; change them there");
  }

  private static <R> R use(BackingEngineFactory factory, Map<String, ?> options, BiFunction<BackingEngine, KeptPasswords, R> work, boolean changes) {
    var kept = new KeptPasswords(options);
    if (changes && options.get(UserFile.OPTION) instanceof String file) {
      return new UserFile(factory, options, Path.of(file)).change(engine -> work.apply(engine, kept));
    }
    return work.apply(factory.build(options), kept);
  }

  static Role role(String text) {
    return switch (text == null ? "" : text.toLowerCase(Locale.ROOT)) {
      case "admin" -> Role.ADMIN;
      case "viewer", "read-only" -> Role.READ_ONLY;
      default -> throw new InvalidInput("role", text, "is admin or viewer");
    };
  }

  private static String password() {
    byte[] bytes = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
