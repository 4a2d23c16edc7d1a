package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.strowger.phone.Behaviour;
import org.strowger.phone.CallOptions;
import org.strowger.phone.Phone;
import org.strowger.phone.PhoneTimeout;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.Deployment.Way;

/**
 * Round after round every plugin there is comes, is updated to a build that answers differently, and goes, in one way after the other, and every core bundle that
 * may be replaced is; with calls up and new ones all the time. Each plugin is seen to act, nobody else notices, and nothing of what went stays behind.
 */
@AnotherSwitch
class RoundsScenario {

  private static final int ROUNDS = Integer.getInteger("strowger.rounds", Size.of(1, 100));
  private static final int UP = Integer.getInteger("strowger.up", Size.of(10, 50));
  private static final int PER_SECOND = Integer.getInteger("strowger.rate", Size.of(8, 20));
  /** After so many the caches are full and the compiler is done: metaspace must stay from there. */
  private static final int WARM = 20;
  private static final long MOST_DIFFERENCE = 2 << 20;
  private static final long AROUND = Duration.ofMillis(2500).toNanos();
  private static final long MOST_RINGING = Duration.ofMillis(100).toNanos();
  private static final Duration DEPLOYED = Duration.ofSeconds(20);
  private static final Duration CLEARED = Duration.ofSeconds(60);
  private static final Duration ENDED = Duration.ofSeconds(120);
  /** Pools whose threads end when they have had nothing to do for a minute; those of a shell session are Karaf's, the timer is of SCR. */
  private static final Pattern END_BY_THEMSELVES = Pattern.compile("(SCR Component Registry|session|qtp|strowger-rest|registrar|ledger-load|strowger:connection|features|encryption|paxweb).*");
  /** Of a plugin that went just before the start, until its client is collected; and those that end after seconds without work. */
  private static final Pattern MAY_HAVE_ENDED = Pattern.compile("HttpClient-.*|calls-purge|accounts-features");
  private static final List<String> CORE = List.of("org.strowger.accounts", "org.strowger.rating", "org.strowger.ledger", "org.strowger.routing");

  /** Something an operator did, and when. @param kind which way, whatever the plugin */
  private record Done(String kind, long begin, long end) {}

  private final List<Done> done = new ArrayList<>();
  /** To whom something may have happened since the events were asked for. */
  private final Set<String> lately = new HashSet<>();
  private Switch at;
  private World world;

  @BeforeEach
  void open() {
    at = Switch.start("rounds", Plugs.settings());
    world = new World(at);
  }

  @AfterEach
  void close() throws Exception {
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
    var deployment = new Deployment(at, plugs);
    try (var eyes = new Eyes(at); var traffic = new Traffic(world, UP, PER_SECOND).start()) {
      var plain = plainCall();
      var changing = Stream.concat(plugs.stream().map(Plug::name), CORE.stream()).collect(Collectors.toSet());
      lately.addAll(changing);
      lately.add(Eyes.NAME);
      for (Plug plug : plugs) {
        traffic.during(() -> needed(plug, deployment, () -> {
          deployment.install(plug, Way.BUNDLE);
          Waiting.until(plug.name() + " can be set", () -> succeeds(plug.ready()), DEPLOYED);
          traffic.meets(plug);
          awaited(plug, plug.first());
          deployment.uninstall(plug, Way.BUNDLE);
          awaited(plug, plug.absent());
        }));
      }
      nobodyElse(eyes);
      List<String> others = eyes.bundlesBut(changing);
      Map<String, Integer> threads = eyes.threads();
      var stopped = new Stopped(at);
      long metaspace = 0;
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < plugs.size(); i++) {
          Way way = Way.values()[(round + i) % Way.values().length];
          Plug plug = plugs.get(i);
          // The other build of a list that is a sample has no answer, for nobody.
          traffic.concerning(plug.needs() == null);
          needed(plug, deployment, () -> comesAndGoes(plug, way, deployment, eyes, traffic));
          traffic.assertUnharmed("after " + plug.name() + " by " + way + " in round " + round);
        }
        traffic.concerning(true);
        for (String bundle : CORE) {
          traffic.during(() -> {
            alone(bundle, eyes, "update " + bundle, () -> at.shell("bundle:update " + bundle));
            Waiting.until("a call goes through after the update of " + bundle, () -> plain.get().equals("200 OK"), DEPLOYED);
          });
          traffic.assertUnharmed("after the update of " + bundle + " in round " + round);
        }
        nobodyElse(eyes);
        assertThat(eyes.bundlesBut(changing)).as("the others after round %s", round).isEqualTo(others);
        stopped.look();
        if (round + 1 == WARM) {
          metaspace = metaspaceOfWhoIsThere(eyes);
        }
        if (round % 10 == 9) {
          System.out.println("hot deploy: " + (round + 1) + " of " + ROUNDS + " rounds, " + traffic.made() + " calls, ringing after " + traffic.ringing() + " ms (half, 99 %, all)");
        }
      }
      traffic.finish();
      long ringing = print(traffic);
      for (String bundle : List.of("org.strowger.accounts", "org.strowger.rating", "org.strowger.routing")) {
        stoppedForGood(bundle, plain);
      }
      theLogNamesNobodyElse(stopped.look(), plugs);
      theyAreGone(eyes, plugs.size());
      if (metaspace > 0) {
        long growth = metaspaceOfWhoIsThere(eyes) - metaspace;
        System.out.println("| hot deploy: metaspace | " + metaspace / 1024 + " KB after round " + WARM + " | " + growth / 1024 + " KB more after round " + ROUNDS + " |");
        assertThat(Math.abs(growth)).as("by how much metaspace after round %s differs from round %s", ROUNDS, WARM).isLessThan(MOST_DIFFERENCE);
      }
      noThreadsMoreThan(threads, eyes);
      if (Size.FULL) {
        assertThat(ringing).as("nanoseconds within which 99 %% of the calls around any operation rang").isLessThanOrEqualTo(MOST_RINGING);
      }
    }
  }

  /** Calls ask it for a moment, and then miss it. */
  private void stoppedForGood(String bundle, Supplier<String> plain) {
    at.shell("bundle:stop " + bundle);
    try {
      Waiting.until("a call misses " + bundle, () -> plain.get().startsWith("503 "), DEPLOYED);
    } finally {
      at.shell("bundle:start " + bundle);
    }
    Waiting.until("a call goes through after the start of " + bundle, () -> plain.get().equals("200 OK"), DEPLOYED);
  }

  private static boolean succeeds(Runnable work) {
    try {
      work.run();
      return true;
    } catch (AssertionError notYet) {
      return false;
    }
  }

  /** Somebody who pays calls out by a carrier: all core bundles have a part in it. @return what he is answered */
  private Supplier<String> plainCall() {
    int group = world.group(world.carrier(world.peer().otherwise(Behaviour.answer()), null, ""));
    Phone phone = Plugs.phone(world, world.account(world.plan(world.tariff("", "1=0.01")), group, "100", "0"));
    return () -> Plugs.answer(phone, "14165550111", CallOptions.standard());
  }

  private void needed(Plug plug, Deployment deployment, Runnable work) {
    if (plug.needs() == null) {
      work.run();
      return;
    }
    lately.add(plug.needs().name());
    deployment.install(plug.needs(), Way.BUNDLE);
    awaited(plug.needs(), plug.needs().first());
    work.run();
    lately.add(plug.needs().name());
    deployment.uninstall(plug.needs(), Way.BUNDLE);
    awaited(plug.needs(), plug.needs().absent());
  }

  private void comesAndGoes(Plug plug, Way way, Deployment deployment, Eyes eyes, Traffic traffic) {
    assertThat(plug.probe().get()).as("without %s", plug.name()).isEqualTo(plug.absent());
    traffic.during(() -> alone(plug.name(), eyes, "install " + plug.name() + " by " + way, () -> {
      deployment.install(plug, way);
      awaited(plug, plug.first());
    }));
    traffic.during(() -> alone(plug.name(), eyes, "update " + plug.name() + " by " + way, () -> {
      deployment.update(plug, way);
      awaited(plug, plug.second());
    }));
    traffic.during(() -> alone(plug.name(), eyes, "uninstall " + plug.name() + " by " + way, () -> {
      deployment.uninstall(plug, way);
      awaited(plug, plug.absent());
    }));
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
    nobodyElse(eyes);
    lately.add(bundle);
    List<String> before = eyes.bundlesBut(Set.of(bundle));
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
    assertThat(eyes.bundlesBut(Set.of(bundle))).as("the others after %s", what).isEqualTo(before);
  }

  /** What comes late is of those to whom something was done, too. */
  private void nobodyElse(Eyes eyes) {
    assertThat(eyes.events()).as("what happened to bundles since something was done to %s", lately).allMatch(event -> lately.contains(event.substring(0, event.indexOf(' '))));
    lately.clear();
  }

  /** What went a moment ago is loaded for as long as calls ask it and nothing is collected: it does not count. */
  private static long metaspaceOfWhoIsThere(Eyes eyes) {
    noneHeld(eyes);
    return eyes.memory().get("metaspace");
  }

  private static void noneHeld(Eyes eyes) {
    List<String> held = eyes.departed();
    for (long begin = System.nanoTime(); !held.isEmpty() && System.nanoTime() - begin < CLEARED.toNanos(); held = eyes.departed()) {
      pause();
    }
    assertThat(held).as("wirings of what is gone that somebody holds").isEmpty();
  }

  private static void theyAreGone(Eyes eyes, int plugs) {
    noneHeld(eyes);
    assertThat(eyes.cleared()).as("wirings that came and went").isGreaterThanOrEqualTo(ROUNDS * (2 * plugs + CORE.size()));
  }

  private static void noThreadsMoreThan(Map<String, Integer> before, Eyes eyes) {
    Map<String, Integer> more = more(before, eyes);
    for (long begin = System.nanoTime(); !more.isEmpty() && System.nanoTime() - begin < ENDED.toNanos(); more = more(before, eyes)) {
      pause();
    }
    assertThat(more).as("threads that were not there at the start").isEmpty();
    var less = new TreeMap<>(before);
    eyes.threads().forEach((name, count) -> less.merge(name, -count, Integer::sum));
    less.entrySet().removeIf(each -> each.getValue() <= 0 || END_BY_THEMSELVES.matcher(each.getKey()).matches() || MAY_HAVE_ENDED.matcher(each.getKey()).matches());
    System.out.println("| hot deploy: threads that were there at the start only | " + less + " |");
    if (Size.FULL) {
      assertThat(less).as("threads that were there at the start only").isEmpty();
    }
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

  /** In each round at least one plugin comes and goes as a feature, for which the log has such lines. */
  private static void theLogNamesNobodyElse(Stopped stopped, List<Plug> plugs) {
    assertThat(stopped.headings()).as("times that the log says who was stopped").isGreaterThanOrEqualTo(ROUNDS);
    assertThat(stopped.named()).hasSizeGreaterThanOrEqualTo(ROUNDS).allMatch(line -> plugs.stream().anyMatch(plug -> line.contains(" " + plug.name() + "/")));
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
