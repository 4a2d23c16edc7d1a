package org.strowger.nasty.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;

/** Everything that a policy must not do. */
final class Behaviour {

  private static final long HANG = TimeUnit.SECONDS.toNanos(10);
  private static final long LOOK_MILLIS = 500;
  private static final int CHUNK = 1 << 18;
  /** What a plugin leaves in the threads that call it. */
  private static final ThreadLocal<Behaviour> LEFT = new ThreadLocal<>();

  private Behaviour() {}

  /** @param who open or closed: whose orders are meant */
  static Verdict of(String who, CallView call) {
    String order = call.tags().stream().filter(tag -> tag.startsWith(who + "-")).findFirst().orElse("");
    LEFT.set(new Behaviour());
    return switch (order.substring(order.indexOf('-') + 1)) {
      case "throw" -> throw new Mood();
      case "null" -> null;
      case "nonsense" -> Verdict.reject(new SipStatus(403, "Forbidden\r\nVia: nowhere"), null);
      case "hang" -> hang();
      case "leak" -> leak();
      case "exhaust" -> exhaust();
      default -> Verdict.proceed();
    };
  }

  /** An exception of its own class: who keeps it keeps the plugin. */
  private static final class Mood extends RuntimeException {
    Mood() {
      super("no mood");
    }
  }

  /** For 10 s, whoever interrupts. */
  private static Verdict hang() {
    long end = System.nanoTime() + HANG;
    var never = new CountDownLatch(1);
    while (System.nanoTime() < end) {
      try {
        never.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        // Stubborn.
      }
    }
    return Verdict.proceed();
  }

  /** All the memory there is. */
  private static Verdict exhaust() {
    var kept = new ArrayList<byte[]>();
    while (true) {
      kept.add(new byte[CHUNK]);
    }
  }

  /** A thread that nobody ends; but a test may, by a file of this name in the instance's folder. */
  private static Verdict leak() {
    Path end = Path.of(System.getProperty("strowger.home"), "nasty-leak.end");
    var thread = new Thread(() -> {
      try {
        while (!new CountDownLatch(1).await(LOOK_MILLIS, TimeUnit.MILLISECONDS) && !Files.exists(end)) {
          // Stays.
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }, "nasty-leak");
    thread.setDaemon(true);
    thread.start();
    return Verdict.proceed();
  }
}
