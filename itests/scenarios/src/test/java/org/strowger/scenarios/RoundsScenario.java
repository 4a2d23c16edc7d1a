package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.strowger.phone.PhoneTimeout;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.Deployment.Way;

/**
 * Round after round every plugin there is comes, is updated to a build that answers differently, and goes, in one way after the other, and every core bundle that
 * may be replaced is; with calls up and new ones all the time. Each plugin is seen to act, nobody else notices, and nothing of what went stays behind.
 */
@OwnSwitch
class RoundsScenario {

  private static final int ROUNDS = Integer.getInteger("strowger.rounds", Size.of(1, 100));
  private static final int UP = Size.of(10, 50);
  private static final int PER_SECOND = Size.of(8, 20);
  /** After so many the caches are full and the compiler is done: metaspace must not grow from there. */
  private static final int WARM = 20;
  private static final long MOST_GROWTH = 2 << 20;
  private static final long AROUND = Duration.ofMillis(2500).toNanos();
  private static final long MOST_RINGING = Duration.ofMillis(100).toNanos();
  private static final Duration DEPLOYED = Duration.ofSeconds(20);
  private static final Duration CLEARED = Duration.ofSeconds(60);
  private static final Duration ENDED = Duration.ofSeconds(120);
  /** Pools whose threads end when they have had nothing to do for a minute; those of a shell session are Karaf's. */
  private static final Pattern END_BY_THEMSELVES = Pattern.compile("(session|qtp|strowger-rest|registrar|ledger-load|strowger:connection|features|encryption|paxweb).*");
  private static final List<String> CORE = List.of("org.strowger.accounts", "org.strowger.rating", "org.strowger.ledger", "org.strowger.routing");

  /** Something an operator did, and when. @param kind which way, whatever the plugin */
  private record Done(String kind, long begin, long end) {}

  private final List<Done> done = new ArrayList<>();
  private Switch at;
  private World world;
  private Ssh shell;

  @BeforeEach
  void open() {
    at = Switch.start("rounds", Plugs.settings());
    world = new World(at);
    shell = new Ssh(at);
  }

  @AfterEach
  void close() throws Exception {
    shell.close();
    world.close();
    at.close();
  }

  @Test
  void pluginsComeAndGoRoundAfterRoundAndNobodyNotices() throws Exception {
    try (var made = new Plugs(world)) {
      comeAndGo(made.all());
    }
  }

  private void comeAndGo(List<Plug> plugs) throws Exception {
    var deployment = new Deployment(at, shell, plugs);
    try (var eyes = new Eyes(at, shell::run); var traffic = new Traffic(world, UP, PER_SECOND).start()) {
      for (Plug plug : plugs) {
        needed(plug, deployment, () -> {
          deployment.install(plug, Way.BUNDLE);
          Waiting.until(plug.name() + " can be set", () -> succeeds(plug.ready()), DEPLOYED);
          awaited(plug, plug.first());
          deployment.uninstall(plug, Way.BUNDLE);
          awaited(plug, plug.absent());
        });
      }
      eyes.events();
      Map<String, Integer> threads = eyes.threads();
      long logged = Files.size(log());
      long metaspace = 0;
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < plugs.size(); i++) {
          Way way = Way.values()[(round + i) % Way.values().length];
          Plug plug = plugs.get(i);
          needed(plug, deployment, () -> comesAndGoes(plug, way, deployment, eyes));
          traffic.assertUnharmed("after " + plug.name() + " by " + way + " in round " + round);
        }
        eyes.events();
        for (String bundle : CORE) {
          alone(bundle, eyes, "update " + bundle, () -> shell.run("bundle:update " + bundle));
          traffic.assertUnharmed("after the update of " + bundle + " in round " + round);
        }
        if (round + 1 == WARM) {
          metaspace = eyes.memory().get("metaspace");
        }
      }
      traffic.finish();
      long ringing = print(traffic);
      theLogNamesNobodyElse(logged, plugs);
      theyAreGone(eyes);
      if (metaspace > 0) {
        long growth = eyes.memory().get("metaspace") - metaspace;
        System.out.println("| hot deploy: metaspace | " + metaspace / 1024 + " KB after round " + WARM + " | " + growth / 1024 + " KB more after round " + ROUNDS + " |");
        assertThat(growth).as("growth of metaspace since round %s", WARM).isLessThan(MOST_GROWTH);
      }
      noThreadsMoreThan(threads, eyes);
      if (Size.FULL) {
        assertThat(ringing).as("nanoseconds within which 99 %% of the calls around any operation rang").isLessThanOrEqualTo(MOST_RINGING);
      }
    }
  }

  private static boolean succeeds(Runnable work) {
    try {
      work.run();
      return true;
    } catch (AssertionError notYet) {
      return false;
    }
  }

  private static void needed(Plug plug, Deployment deployment, Runnable work) {
    if (plug.needs() == null) {
      work.run();
      return;
    }
    deployment.install(plug.needs(), Way.BUNDLE);
    awaited(plug.needs(), plug.needs().first());
    work.run();
    deployment.uninstall(plug.needs(), Way.BUNDLE);
    awaited(plug.needs(), plug.needs().absent());
  }

  private void comesAndGoes(Plug plug, Way way, Deployment deployment, Eyes eyes) {
    eyes.events();
    assertThat(plug.probe().get()).as("without %s", plug.name()).isEqualTo(plug.absent());
    alone(plug.name(), eyes, "install " + plug.name() + " by " + way, () -> {
      deployment.install(plug, way);
      awaited(plug, plug.first());
    });
    alone(plug.name(), eyes, "update " + plug.name() + " by " + way, () -> {
      deployment.update(plug, way);
      awaited(plug, plug.second());
    });
    alone(plug.name(), eyes, "uninstall " + plug.name() + " by " + way, () -> {
      deployment.uninstall(plug, way);
      awaited(plug, plug.absent());
    });
  }

  private static void awaited(Plug plug, String answer) {
    var last = new String[1];
    try {
      Waiting.until("an answer", () -> answer.equals(last[0] = plug.probe().get()), DEPLOYED);
    } catch (PhoneTimeout e) {
      throw new AssertionError(plug.name() + ": awaited " + answer + ", got " + last[0], e);
    }
  }

  /** Does it, and sees that nothing happened to any other bundle. */
  private void alone(String bundle, Eyes eyes, String what, Runnable work) {
    List<String> before = eyes.bundlesBut(bundle);
    long begin = System.nanoTime();
    work.run();
    done.add(new Done(CORE.contains(bundle) ? what : what.replace(bundle + " ", ""), begin, System.nanoTime()));
    // calls may see it before whoever listens does
    var events = new ArrayList<String>();
    String last = bundle + (what.startsWith("uninstall") ? " uninstalled" : " started");
    Waiting.until(what + " is over", () -> {
      events.addAll(eyes.events());
      return events.contains(last);
    }, DEPLOYED);
    assertThat(events).as("what happened to bundles by %s", what).allMatch(event -> event.startsWith(bundle + " "));
    assertThat(eyes.bundlesBut(bundle)).as("the others after %s", what).isEqualTo(before);
  }

  private static void theyAreGone(Eyes eyes) {
    List<String> held = eyes.departed();
    for (long begin = System.nanoTime(); !held.isEmpty() && System.nanoTime() - begin < CLEARED.toNanos(); held = eyes.departed()) {
      pause();
    }
    assertThat(held).as("wirings of what is gone that somebody holds").isEmpty();
  }

  private static void noThreadsMoreThan(Map<String, Integer> before, Eyes eyes) {
    Map<String, Integer> more = more(before, eyes);
    for (long begin = System.nanoTime(); !more.isEmpty() && System.nanoTime() - begin < ENDED.toNanos(); more = more(before, eyes)) {
      pause();
    }
    assertThat(more).as("threads that were not there at the start").isEmpty();
  }

  private static Map<String, Integer> more(Map<String, Integer> before, Eyes eyes) {
    var more = new TreeMap<String, Integer>();
    eyes.threads().forEach((name, count) -> more.put(name, count - before.getOrDefault(name, 0)));
    more.entrySet().removeIf(each -> each.getValue() <= 0 || !Size.FULL && END_BY_THEMSELVES.matcher(each.getKey()).matches());
    return more;
  }

  private static void pause() {
    LockSupport.parkNanos(200_000_000);
  }

  private Path log() {
    return at.home().resolve("log/strowger.log");
  }

  private void theLogNamesNobodyElse(long from, List<Plug> plugs) throws Exception {
    String text = Files.readString(log());
    assertThat(text.length()).isGreaterThan((int) from);
    List<String> lines = text.substring((int) from).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).matches(".*- (Refreshing|Stopping) bundles:.*")) {
        for (int k = i + 1; lines.get(k).matches(".*FeaturesServiceImpl -   \\S.*"); k++) {
          String line = lines.get(k);
          assertThat(plugs).as(line).anyMatch(plug -> line.contains(" " + plug.name() + "/"));
        }
      }
    }
  }

  /** One line for each kind of operation: how long it took at most, and how slow calls rang around it. @return the slowest 99 % around any one of them */
  private long print(Traffic traffic) {
    var kinds = new TreeMap<String, long[]>();
    for (Done one : done) {
      long[] worst = kinds.computeIfAbsent(one.kind, kind -> new long[2]);
      worst[0] = Math.max(worst[0], one.end - one.begin);
      worst[1] = Math.max(worst[1], traffic.ringing99(one.begin - AROUND, one.end + AROUND));
    }
    kinds.forEach((kind, worst) -> System.out.println("| hot deploy: " + kind + " | at most " + worst[0] / 1_000_000 + " ms | 99 % of calls around it rang within " + worst[1] / 1_000_000 + " ms |"));
    System.out.println("| hot deploy | " + ROUNDS + " rounds, " + done.size() + " operations, " + UP + " calls up | " + traffic.made() + " calls, none failed, ringing after " + traffic.ringing() + " ms (half, 99 %, all) |");
    return kinds.values().stream().mapToLong(worst -> worst[1]).max().orElseThrow();
  }
}
