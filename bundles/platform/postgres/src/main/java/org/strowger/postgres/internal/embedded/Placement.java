package org.strowger.postgres.internal.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Where the server's files lie and under which user it runs; the two are chosen together. */
record Placement(Folders folders, RunAs runAs) {

  private static final Path SHARED = Path.of("/var/lib/strowger");

  /** Chooses, and unpacks the programs where they are missing. */
  static Placement choose(LaunchSettings settings, Platform platform) throws IOException {
    int me = RunAs.me();
    Path inside = settings.home().resolve("db").resolve("18");
    Folders home = settings.program().map(program -> new Folders(inside, program)).orElseGet(() -> new Folders(inside));
    if (me != 0) {
      return ordinary(home, platform, me);
    }
    Folders elsewhere = new Folders(SHARED.resolve(instanceId(settings.home())).resolve("18"));
    boolean moved = elsewhere.initialised() && !home.initialised();
    if (!moved) {
      unpack(home, platform);
      for (RunAs user : new RunAs[] {RunAs.systemUser(), RunAs.namespace()}) {
        if (user.reaches(home)) {
          return new Placement(home, user);
        }
      }
      if (home.initialised()) {
        throw new LaunchException("the database in " + home.data() + " cannot be reached by " + RunAs.systemUser().words()
            + ", and user namespaces are refused: make the folders above it passable (chmod o+x), or start the switch as an ordinary user");
      }
    }
    unpack(elsewhere, platform);
    RunAs user = RunAs.systemUser();
    if (!user.reaches(elsewhere)) {
      throw new LaunchException("PostgreSQL cannot run as " + user.words() + " from " + elsewhere.base()
          + " (the command setpriv of util-linux is needed, and a glibc): start the switch as an ordinary user, or set jdbcUrl");
    }
    return new Placement(elsewhere, user);
  }

  private static Placement ordinary(Folders home, Platform platform, int me) throws IOException {
    if (Files.exists(home.data())) {
      int owner = Folders.owner(home.data());
      if (owner != me) {
        throw new LaunchException("the database in " + home.data() + " belongs to uid " + owner + ", the switch runs as uid " + me
            + ": start it as root or as that user, or give the folder to uid " + me + " (chown -R)");
      }
    }
    unpack(home, platform);
    return new Placement(home, RunAs.myself(me));
  }

  /** Gives data and log to the user, where they are another's; the server must be down. */
  void takeOver() throws IOException {
    if (runAs.prefix().isEmpty()) {
      return;
    }
    for (Path path : new Path[] {folders.data(), folders.log()}) {
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && Folders.owner(path) != runAs.uid()) {
        Folders.give(path, runAs.uid(), runAs.gid());
      }
    }
  }

  private static void unpack(Folders folders, Platform platform) throws IOException {
    Folders.make(folders.base());
    // First ours, then looked at: until now it may have been the server's user's, as earlier versions had it.
    if (Folders.owner(folders.base()) != RunAs.me()) {
      Files.setAttribute(folders.base(), "unix:uid", RunAs.me());
    }
    Files.setPosixFilePermissions(folders.base(), PosixFilePermissions.fromString("rwxr-xr-x"));
    for (Path path : new Path[] {folders.data(), folders.log(), folders.config(), folders.startLog()}) {
      if (Files.isSymbolicLink(path)) {
        throw new LaunchException(path + " is a symbolic link: the switch follows none in the database's folder; put the folder itself there");
      }
    }
    Files.createDirectories(folders.log());
    Files.createDirectories(folders.config());
    Files.setPosixFilePermissions(folders.config(), PosixFilePermissions.fromString("rwxr-xr-x"));
    if (!Files.isDirectory(folders.program())) {
      try (InputStream archive = Placement.class.getClassLoader().getResourceAsStream(platform.archive())) {
        if (archive == null) {
          throw new LaunchException("this build has no PostgreSQL programs (" + platform.archive() + " is missing): set jdbcUrl");
        }
        TarArchive.unpack(archive, folders.program());
      }
    }
  }

  /** Names the instance where its data cannot lie in its own folder. */
  private static String instanceId(Path home) throws IOException {
    Path file = home.resolve("db").resolve("instance.id");
    if (!Files.exists(file)) {
      byte[] random = new byte[8];
      new SecureRandom().nextBytes(random);
      Folders.make(file.getParent());
      Secret.write(file, HexFormat.of().formatHex(random));
    }
    return Files.readString(file).strip();
  }
}
