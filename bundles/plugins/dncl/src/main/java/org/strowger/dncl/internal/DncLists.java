package org.strowger.dncl.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.stream.Stream;
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
  /** Within which every question is answered, a successor's time included: the call waits 500 ms. */
  private static final int LAST_MILLIS = 450;
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

  /** A list that is away, and without which no call is taken. Not the list itself: that would keep its bundle. */
  private record Missed(String id, String name, Side side) {}

  /** @param lists in order of name */
  private record Shelf(List<Known> lists, List<Missed> missed) {}

  private final PluginRegistry plugins;
  private final Lanes lanes;
  private final Upkeep upkeep = new Upkeep(this);
  /** Questions that wait for an answer. */
  private final Set<CompletableFuture<Answer>> waiting = ConcurrentHashMap.newKeySet();
  private final PluginSet<DncSource> sources;
  private volatile Shelf shelf = new Shelf(List.of(), List.of());

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
    List<Known> last = all();
    shelf = new Shelf(List.of(), List.of());
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
    all().forEach(list -> before.put(list.source(), list));
    List<Known> next = sources.snapshot().stream().map(plugin -> known(plugin, before.remove(plugin.service()))).sorted(Comparator.comparing(Known::name)).toList();
    shelf = new Shelf(next, missed(before.values()));
    before.values().forEach(DncLists::close);
  }

  /** Those that were missed and still are, and those of the ones that leave. */
  private List<Missed> missed(Collection<Known> leaving) {
    Set<String> missing = plugins.missing();
    return missing.isEmpty() ? List.of()
        : Stream.concat(shelf.missed().stream(), leaving.stream().map(list -> new Missed(list.plugin().id(), list.name(), list.side())))
            .filter(list -> missing.contains(list.id())).distinct().toList();
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
    return shelf.lists();
  }

  Known named(String name) {
    return all().stream().filter(list -> list.name().equals(name)).findFirst().orElseThrow(() -> StrowgerException.notFound("list", "'" + name + "'; see dncl:lists"));
  }

  /** Null if there is none. */
  Known find(String name, Side side) {
    return all().stream().filter(list -> list.name().equals(name) && list.side() == side).findFirst().orElse(null);
  }

  boolean hasLeft(Known list) {
    return all().stream().noneMatch(one -> one.source() == list.source());
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
    Shelf now;
    Answer worst;
    do {
      // What leaves is missing first and gone then, what comes is there first: lists that were the same before and after lack nobody unnoticed.
      now = shelf;
      worst = missed(now, side);
    } while (now != shelf);
    List<CompletableFuture<Answer>> open = new ArrayList<>(2);
    for (Known list : now.lists()) {
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

  private Answer missed(Shelf now, Side side) {
    if (now.missed().isEmpty()) {
      return CLEAR;
    }
    Set<String> missing = plugins.missing();
    return now.missed().stream().filter(list -> list.side() == side && missing.contains(list.id())).findFirst()
        .<Answer>map(list -> new Answer.Unknown(list.name(), "it has left and is mandatory", false)).orElse(CLEAR);
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
    var inquiry = new Inquiry(this, list, digits, answer, true);
    inquiry.put();
    if (!answer.isDone()) {
      waiting.add(answer);
      answer.thenRun(() -> waiting.remove(answer));
      alarm(list.limitMillis(), answer, () -> late(list, inquiry, answer));
    }
    return answer;
  }

  private void alarm(int millis, CompletableFuture<Answer> answer, Runnable late) {
    Future<?> alarm = lanes.after(millis, late);
    answer.thenRun(() -> alarm.cancel(false));
  }

  /** Has its next build been found only now, it has what is left. */
  private void late(Known list, Inquiry inquiry, CompletableFuture<Answer> answer) {
    String why = "no answer within " + list.limitMillis() + " ms";
    if (inquiry.late(why)) {
      alarm(LAST_MILLIS - list.limitMillis(), answer, () -> inquiry.late(why));
    }
  }

  /** Whether no call is to be taken without it, and it is away. */
  boolean isMissed(Known list) {
    return plugins.missing().contains(list.plugin().id());
  }

  static Answer unknown(Known list, String why) {
    return new Answer.Unknown(list.name(), inBrief(why), list.open());
  }

  /** Of one without which no call is taken. */
  static Answer refused(Known list, String why) {
    return new Answer.Unknown(list.name(), inBrief(why), false);
  }

  /** What was thrown says more than of which class it is. */
  private static String inBrief(String why) {
    return shortened(why.replaceFirst("^\\w{1,80}(Exception|Error): ", ""));
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
