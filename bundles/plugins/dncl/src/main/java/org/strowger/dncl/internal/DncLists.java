package org.strowger.dncl.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.dnc.spi.DncSource;
import org.strowger.kernel.StrowgerException;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.PluginRegistry;
import org.strowger.plugins.api.PluginSet;

/**
 * The lists there are, ours and others'. They come and go while calls are asked about, and each is asked under guard: what is wrong
 * with one says nothing of the others, nor of this plugin. Threads: any.
 */
@Component(service = DncLists.class)
public final class DncLists {

  private static final Logger LOG = LoggerFactory.getLogger(DncLists.class);
  private static final int LONGEST_LIMIT = 400;
  private static final int MOST_SHOWN = 200;

  /** Which number of a call a list is about. */
  enum Side { CLD, CLI }

  /**
   * A list and what its bundle says of it.
   *
   * @param fault why it cannot be asked, null if it can
   * @param lane where it is asked; null for one of our own, which is asked where the question is
   */
  record Known(String name, Side side, boolean open, int limitMillis, String fault, Plugin<DncSource> plugin, Lane lane) {

    DncSource source() {
      return plugin.service();
    }
  }

  /** What lists know of a number. */
  sealed interface Answer {
    record Clear() implements Answer {}

    record Listed(String list) implements Answer {}

    /** @param open whether the call passes all the same */
    record Unknown(String list, String why, boolean open) implements Answer {}
  }

  static final Answer CLEAR = new Answer.Clear();

  private final PluginRegistry plugins;
  private final Lanes lanes;
  private final Upkeep upkeep = new Upkeep(this);
  /** Questions that wait for an answer. */
  private final Set<CompletableFuture<Answer>> waiting = ConcurrentHashMap.newKeySet();
  private final PluginSet<DncSource> sources;
  /** In order of name. */
  private volatile List<Known> all = List.of();

  @Activate
  public DncLists(@Reference PluginRegistry plugins) {
    this(plugins, new Lanes());
  }

  DncLists(PluginRegistry plugins, Lanes lanes) {
    this.plugins = plugins;
    this.lanes = lanes;
    this.sources = plugins.follow(DncSource.class, DncSource.LIST);
    sources.onChange(this::renew);
  }

  /** Nobody is left waiting: a plugin that is not there decides nothing. */
  @Deactivate
  void close() {
    sources.close();
    List<Known> last = all;
    all = List.of();
    last.forEach(DncLists::close);
    lanes.close();
    waiting.forEach(answer -> answer.complete(CLEAR));
  }

  private static void close(Known list) {
    if (list.lane() != null) {
      list.lane().close();
    }
  }

  private synchronized void renew() {
    var before = new IdentityHashMap<DncSource, Known>();
    all.forEach(list -> before.put(list.source(), list));
    all = sources.snapshot().stream().map(plugin -> known(plugin, before.remove(plugin.service()))).sorted(Comparator.comparing(Known::name)).toList();
    before.values().forEach(DncLists::close);
  }

  /** @param before what was known of this source, null if nothing was */
  private Known known(Plugin<DncSource> plugin, Known before) {
    String given = plugin.property(DncSource.LIST, "");
    boolean named = given.matches("[a-z0-9-]{1,32}");
    String name = named ? given : ("unnamed-" + plugin.property("service.id", "")).replaceAll("[^a-z0-9-]", "");
    String fault = named ? null : "its service property " + DncSource.LIST + " is '" + shortened(given) + "' and must match [a-z0-9-]{1,32}";
    if (fault != null && before == null) {
      LOG.error("A list of bundle {} ({}) is not asked: {}", plugin.bundleId(), plugin.id(), fault);
    }
    Side side = "cli".equalsIgnoreCase(plugin.property(DncSource.SIDE, "")) ? Side.CLI : Side.CLD;
    boolean open = "open".equalsIgnoreCase(plugin.property("on.failure", ""));
    boolean ours = plugin.service() instanceof FileList;
    return new Known(name, side, open, limit(plugin.property(DncSource.LIMIT_MILLIS, "")), fault, plugin, ours ? null : before == null ? lanes.open(name) : before.lane());
  }

  private static int limit(String given) {
    try {
      return Math.max(1, Math.min(LONGEST_LIMIT, Integer.parseInt(given)));
    } catch (NumberFormatException e) {
      return DncSource.DEFAULT_LIMIT_MILLIS;
    }
  }

  PluginRegistry plugins() {
    return plugins;
  }

  Upkeep upkeep() {
    return upkeep;
  }

  List<Known> all() {
    return all;
  }

  Known named(String name) {
    return all.stream().filter(list -> list.name().equals(name)).findFirst().orElseThrow(() -> StrowgerException.notFound("list", "'" + name + "'; see dncl:lists"));
  }

  /** Null if there is none. */
  Known find(String name, Side side) {
    return all.stream().filter(list -> list.name().equals(name) && list.side() == side).findFirst().orElse(null);
  }

  boolean hasLeft(Known list) {
    return all.stream().noneMatch(one -> one.source() == list.source());
  }

  /** A thread is stuck in this list. */
  void lost(Known list, Thread stuck, Runnable then) {
    if (list.lane() == null) {
      lanes.execute(then);
    } else {
      list.lane().lost(stuck, then);
    }
  }

  /** The digits of a number, without the punctuation that lists drop too; empty if it is no number. */
  static String digits(String number) {
    var digits = new StringBuilder(number.length());
    for (int i = 0; i < number.length(); i++) {
      char c = number.charAt(i);
      if (c >= '0' && c <= '9') {
        digits.append(c);
      } else if ("+-. ()".indexOf(c) < 0) {
        return "";
      }
    }
    return digits.length() > 18 ? "" : digits.toString();
  }

  /**
   * What the lists of one side say of a number, complete as soon as one has it, or all have answered or
   * run out of time. Complete at once where all of them are in our own memory.
   */
  CompletionStage<Answer> find(Side side, String number) {
    String digits = digits(number);
    if (digits.isEmpty()) {
      return CompletableFuture.completedStage(CLEAR);
    }
    Answer worst = CLEAR;
    List<CompletableFuture<Answer>> open = new ArrayList<>(2);
    for (Known list : all) {
      if (list.side() != side) {
        continue;
      }
      CompletableFuture<Answer> asked = ask(list, digits);
      if (!asked.isDone()) {
        open.add(asked);
        continue;
      }
      Answer answer = asked.join();
      if (answer instanceof Answer.Listed) {
        return CompletableFuture.completedStage(answer);
      }
      worst = worse(worst, answer);
    }
    return open.isEmpty() ? CompletableFuture.completedStage(worst) : together(worst, open);
  }

  private static CompletableFuture<Answer> together(Answer known, List<CompletableFuture<Answer>> open) {
    var result = new CompletableFuture<Answer>();
    CompletableFuture<Answer> worst = CompletableFuture.completedFuture(known);
    for (CompletableFuture<Answer> one : open) {
      one.thenAccept(answer -> {
        if (answer instanceof Answer.Listed) {
          result.complete(answer);
        }
      });
      worst = worst.thenCombine(one, DncLists::worse);
    }
    worst.thenAccept(result::complete);
    return result;
  }

  /** Never completed exceptionally, and always within the list's limit. */
  CompletableFuture<Answer> ask(Known list, String digits) {
    if (list.fault() != null) {
      return CompletableFuture.completedFuture(unknown(list, list.fault()));
    }
    var answer = new CompletableFuture<Answer>();
    new Inquiry(this, list, digits, answer, true).put();
    if (!answer.isDone()) {
      waiting.add(answer);
      Future<?> alarm = lanes.after(list.limitMillis(), () -> late(list, answer));
      answer.thenRun(() -> {
        alarm.cancel(false);
        waiting.remove(answer);
      });
    }
    return answer;
  }

  private void late(Known list, CompletableFuture<Answer> answer) {
    String why = "no answer within " + list.limitMillis() + " ms";
    answer.complete(hasLeft(list) ? gone(list, why) : unknown(list, why));
  }

  /** Of a list that left before it answered: it decides nothing, unless no call is to be taken without it. */
  Answer gone(Known list, String why) {
    return plugins.missing().contains(list.plugin().id()) ? unknown(list, why) : CLEAR;
  }

  static Answer unknown(Known list, String why) {
    // What was thrown says more than of which class it is.
    return new Answer.Unknown(list.name(), shortened(why.replaceFirst("^\\w{1,80}(Exception|Error): ", "")), list.open());
  }

  private static String shortened(String text) {
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…";
  }

  /** Listed before unknown and refused, that before unknown and passed, that before clear. */
  static Answer worse(Answer one, Answer other) {
    return rank(one) >= rank(other) ? one : other;
  }

  private static int rank(Answer answer) {
    if (answer instanceof Answer.Listed) {
      return 3;
    }
    return answer instanceof Answer.Unknown unknown ? unknown.open() ? 1 : 2 : 0;
  }
}
