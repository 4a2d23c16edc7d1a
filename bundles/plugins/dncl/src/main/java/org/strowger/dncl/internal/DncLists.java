package org.strowger.dncl.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.dnc.spi.DncSource;
import org.strowger.dnc.spi.DncStatus;
import org.strowger.kernel.StrowgerException;

/** The lists there are, ours and others'. They come and go while calls are asked about. Threads: any. */
@Component(service = DncLists.class)
public final class DncLists {

  private static final Logger LOG = LoggerFactory.getLogger(DncLists.class);
  private static final int LONGEST_LIMIT = 400;

  /** Which number of a call a list is about. */
  enum Side { CLD, CLI }

  /** A list and what its bundle says of it. */
  record Known(String name, Side side, boolean open, int limitMillis, DncSource source) {}

  /** What lists know of a number. */
  sealed interface Answer {
    record Clear() implements Answer {}

    record Listed(String list) implements Answer {}

    /** @param open whether the call passes all the same */
    record Unknown(String list, String why, boolean open) implements Answer {}
  }

  private static final Answer CLEAR = new Answer.Clear();

  private final Map<Object, Known> byService = new ConcurrentHashMap<>();
  /** In order of name. */
  private volatile List<Known> all = List.of();

  @Reference(service = DncSource.class, cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bind(DncSource source, Map<String, Object> properties) {
    Object name = properties.get(DncSource.LIST);
    if (!(name instanceof String text) || !text.matches("[a-z0-9-]{1,32}")) {
      LOG.error("A DncSource is not asked: its service property {} is '{}' and must match [a-z0-9-]{1,32}", DncSource.LIST, name);
      return;
    }
    Side side = "cli".equalsIgnoreCase(String.valueOf(properties.get(DncSource.SIDE))) ? Side.CLI : Side.CLD;
    boolean open = "open".equalsIgnoreCase(String.valueOf(properties.get("on.failure")));
    byService.put(properties.getOrDefault(Constants.SERVICE_ID, source), new Known(text, side, open, limit(properties.get(DncSource.LIMIT_MILLIS)), source));
    renew();
  }

  void unbind(DncSource source, Map<String, Object> properties) {
    byService.remove(properties.getOrDefault(Constants.SERVICE_ID, source));
    renew();
  }

  private static int limit(Object given) {
    try {
      return Math.max(1, Math.min(LONGEST_LIMIT, Integer.parseInt(String.valueOf(given))));
    } catch (NumberFormatException e) {
      return DncSource.DEFAULT_LIMIT_MILLIS;
    }
  }

  private synchronized void renew() {
    all = byService.values().stream().sorted(Comparator.comparing(Known::name)).toList();
  }

  List<Known> all() {
    return all;
  }

  Known named(String name) {
    return all.stream().filter(list -> list.name().equals(name)).findFirst().orElseThrow(() -> StrowgerException.notFound("list", "'" + name + "'; see dncl:lists"));
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
   * run out of time. Complete at once where all of them answer from memory.
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
      CompletableFuture<Boolean> asked = ask(list, digits);
      if (!asked.isDone()) {
        open.add(asked.copy().orTimeout(list.limitMillis(), TimeUnit.MILLISECONDS).handle((listed, failure) -> answer(list, listed, failure)));
        continue;
      }
      Answer answer = asked.handle((listed, failure) -> answer(list, listed, failure)).join();
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

  private static CompletableFuture<Boolean> ask(Known list, String digits) {
    try {
      CompletionStage<Boolean> asked = list.source().lists(digits);
      return asked == null ? CompletableFuture.failedFuture(new IllegalStateException("it answered nothing")) : asked.toCompletableFuture();
    } catch (RuntimeException | LinkageError e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Answer answer(Known list, Boolean listed, Throwable failure) {
    if (failure == null && listed != null) {
      return listed ? new Answer.Listed(list.name()) : CLEAR;
    }
    return new Answer.Unknown(list.name(), why(list, failure), list.open());
  }

  /** In one line, for people. */
  static String why(Known list, Throwable failure) {
    Throwable cause = failure instanceof java.util.concurrent.CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    if (cause instanceof java.util.concurrent.TimeoutException) {
      return "no answer within " + list.limitMillis() + " ms";
    }
    String text = cause == null ? "it answered nothing" : cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
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

  /** From another's code, which may throw. */
  static DncStatus status(Known list) {
    try {
      DncStatus status = list.source().status();
      return status == null ? new DncStatus(DncStatus.State.FAILED, -1, null, "its source says nothing of it") : status;
    } catch (RuntimeException | LinkageError e) {
      return new DncStatus(DncStatus.State.FAILED, -1, null, String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT));
    }
  }
}
