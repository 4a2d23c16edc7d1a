package org.strowger.scenarios;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The ways in which an operator brings a plugin, a newer build of it, and takes it out. */
final class Deployment {

  enum Way { FEATURE, BUNDLE, FOLDER }

  private static final String HEAD = "<features name=\"rounds\" xmlns=\"http://karaf.apache.org/xmlns/features/v1.6.0\">\n";

  private final Switch at;
  private final Path jars;

  /** Writes the builds down and tells the switch of the features that bring them. */
  Deployment(Switch at, List<Plug> plugs) throws IOException {
    this.at = at;
    this.jars = at.home().resolve("rounds");
    var features = new StringBuilder(HEAD);
    for (Plug plug : plugs) {
      plug.jar().write(first(plug));
      plug.newer().write(second(plug));
      if (plug.feature() == null) {
        features.append(feature(plug, plug.jar(), first(plug)));
      }
      features.append(feature(plug, plug.newer(), second(plug)));
    }
    Path repository = jars.resolve("features.xml");
    Files.writeString(repository, features + "</features>\n");
    at.shell("feature:repo-add " + repository.toUri());
  }

  private static String feature(Plug plug, Jar jar, Path file) {
    return "<feature name=\"" + name(plug) + "\" version=\"" + jar.version() + "\"><bundle start-level=\"75\">" + file.toUri() + "</bundle></feature>\n";
  }

  private static String name(Plug plug) {
    return plug.feature() == null ? plug.name() : plug.feature();
  }

  private Path first(Plug plug) {
    return jars.resolve(plug.name() + "-1.jar");
  }

  private Path second(Plug plug) {
    return jars.resolve(plug.name() + "-2.jar");
  }

  void install(Plug plug, Way way) {
    switch (way) {
      case FEATURE -> at.shell("feature:install " + name(plug) + "/" + plug.jar().version());
      case BUNDLE -> at.shell("bundle:install -s " + first(plug).toUri() + "; bundle:start-level " + plug.name() + " 75");
      case FOLDER -> drop(first(plug), plug);
    }
  }

  void update(Plug plug, Way way) {
    switch (way) {
      case FEATURE -> at.shell("feature:install -u " + name(plug) + "/" + plug.newer().version());
      case BUNDLE -> at.shell("bundle:update " + plug.name() + " " + second(plug).toUri());
      case FOLDER -> drop(second(plug), plug);
    }
  }

  void uninstall(Plug plug, Way way) {
    switch (way) {
      case FEATURE -> at.shell("feature:uninstall " + name(plug));
      case BUNDLE -> at.shell("bundle:uninstall " + plug.name());
      case FOLDER -> {
        try {
          Files.delete(dropped(plug));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private Path dropped(Plug plug) {
    return at.home().resolve("deploy").resolve(plug.name() + ".jar");
  }

  /** In one step: the folder is looked at at any moment. */
  private void drop(Path build, Plug plug) {
    try {
      Path copy = Files.copy(build, jars.resolve("dropped.jar"), StandardCopyOption.REPLACE_EXISTING);
      Files.move(copy, dropped(plug), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
