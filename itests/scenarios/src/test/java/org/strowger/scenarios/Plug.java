package org.strowger.scenarios;

import java.util.function.Supplier;

/**
 * A plugin that comes, is updated and goes, and how one sees that it acts.
 *
 * @param feature the program's feature that brings it; null: one of the test's own
 * @param newer the build that it is updated to, which answers differently
 * @param ready what an operator does once, when it is there for the first time
 * @param probe what the switch answers to somebody whom the plugin concerns
 * @param absent the answer without the plugin
 * @param first the plugin's answer
 * @param second the newer build's answer
 * @param needs another plugin without which it has nothing to do; null: none
 */
record Plug(Jar jar, String feature, Jar newer, Runnable ready, Supplier<String> probe, String absent, String first, String second, Plug needs) {

  static final String NEWER = "9.0.1";

  /** One that no feature of the program brings. */
  Plug(Jar jar, Jar newer, Runnable ready, Supplier<String> probe, String absent, String first, String second) {
    this(jar, null, newer, ready, probe, absent, first, second, null);
  }

  Plug with(Plug other) {
    return new Plug(jar, feature, newer, ready, probe, absent, first, second, other);
  }

  String name() {
    return jar.name();
  }
}
