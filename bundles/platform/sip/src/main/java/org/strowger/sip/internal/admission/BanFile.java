package org.strowger.sip.internal.admission;

import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.OncePerMinute;
import org.strowger.kernel.PrivateFile;
import org.strowger.kernel.Time;

/**
 * Bans that outlive the process, a line each: since, until, source, reason. Written whole, by a thread of its own, a second after
 * something changed: what is lost by a crash is the last second. Threads: any.
 */
final class BanFile implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BanFile.class);
  private static final long MOST_BYTES = 4 << 20;
  private static final int MOST_REASON = 200;
  private static final long DELAY_MILLIS = 1000;
  /** After it could not be written. */
  private static final long AGAIN_MILLIS = 10_000;
  private static final long PATIENCE_MILLIS = 2000;

  private final Path file;
  private final Supplier<List<Ban>> banned;
  private final OncePerMinute complaints;
  private final long againMillis;
  private final AtomicBoolean due = new AtomicBoolean();
  private final ScheduledThreadPoolExecutor writer = new ScheduledThreadPoolExecutor(1, work -> {
    var thread = new Thread(null, work, "sip-bans", 0, false);
    thread.setDaemon(true);
    return thread;
  });

  /**
   * @param file in a folder that is made when something is written
   * @param banned who is, when it is written
   */
  BanFile(Path file, Supplier<List<Ban>> banned, Time time) {
    this(file, banned, time, AGAIN_MILLIS);
  }

  BanFile(Path file, Supplier<List<Ban>> banned, Time time, long againMillis) {
    this.againMillis = againMillis;
    this.file = file;
    this.banned = banned;
    this.complaints = new OncePerMinute(time);
    // No thread while nobody is banned.
    writer.setKeepAliveTime(DELAY_MILLIS * 10, TimeUnit.MILLISECONDS);
    writer.allowCoreThreadTimeOut(true);
  }

  /** What was written last, but for lines that are none. Never throws: a switch without its old bans is better than none. */
  static List<Ban> read(Path file) {
    var bans = new ArrayList<Ban>();
    try {
      if (!Files.exists(file)) {
        return bans;
      }
      if (Files.size(file) > MOST_BYTES) {
        LOG.warn("{} is longer than {} bytes: nobody in it is banned", file, MOST_BYTES);
        return bans;
      }
      int wrong = 0;
      for (String line : Files.readAllLines(file)) {
        Optional<Ban> ban = parse(line);
        ban.ifPresent(bans::add);
        wrong += ban.isEmpty() ? 1 : 0;
      }
      if (wrong > 0) {
        LOG.warn("{} lines of {} are no bans (since, until, source, reason); passed over", wrong, file);
      }
    } catch (IOException e) {
      LOG.warn("The bans in {} cannot be read, nobody in it is banned: {}", file, e.toString());
    }
    return bans;
  }

  private static Optional<Ban> parse(String line) {
    String[] parts = line.split(" ", 4);
    try {
      if (parts.length < 4 || parts[3].length() > MOST_REASON || parts[3].chars().anyMatch(Character::isISOControl)) {
        return Optional.empty();
      }
      Source.address(parts[2].endsWith("/64") ? parts[2].substring(0, parts[2].length() - 3) : parts[2]);
      return Optional.of(new Ban(parts[2], "banned", Instant.parse(parts[0]), Instant.parse(parts[1]), parts[3], 0));
    } catch (DateTimeException | UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** Somebody was banned, or let in again. Returns at once. */
  void changed() {
    if (due.compareAndSet(false, true)) {
      writeIn(DELAY_MILLIS);
    }
  }

  private void writeIn(long millis) {
    try {
      writer.schedule(this::write, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      LOG.debug("Bans of {} are not written again: the switch stops", file);
    }
  }

  private synchronized void write() {
    if (!due.getAndSet(false)) {
      return;
    }
    var text = new StringBuilder();
    for (Ban ban : banned.get()) {
      text.append(ban.since()).append(' ').append(ban.until()).append(' ').append(ban.source()).append(' ').append(ban.reason()).append('\n');
    }
    try {
      Files.createDirectories(file.getParent());
      PrivateFile.write(file, text.toString());
    } catch (IOException | RuntimeException e) {
      if (complaints.due("write")) {
        LOG.warn("Bans cannot be written to {}: until they can they end with this process: {}", file, e.toString());
      }
      if (due.compareAndSet(false, true)) {
        writeIn(againMillis);
      }
    }
  }

  /** What changed last is written. */
  @Override
  public void close() {
    writer.shutdownNow();
    try {
      writer.awaitTermination(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    write();
  }
}
