package org.strowger.rest.door;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.strowger.kernel.Daemons;

/**
 * Reads bodies that are not too long and come in time. The web server's own limit is for silence
 * between two bytes: one byte every few seconds would hold a thread for ever. Threads: any.
 */
public final class Bodies implements AutoCloseable {

  /** A whole body comes within this. */
  public static final Duration LIMIT = Duration.ofSeconds(10);

  private final Duration limit;
  private final ScheduledThreadPoolExecutor alarms;

  /** @param door for the name of the thread that looks at the time */
  public Bodies(String door, Duration limit) {
    this.limit = limit;
    this.alarms = new ScheduledThreadPoolExecutor(1, Daemons.named("strowger-" + door + "-bodies"));
    alarms.setRemoveOnCancelPolicy(true);
  }

  /**
   * @param in a stream whose reading ends when its thread is interrupted, as a servlet's does
   * @param most bytes that may come
   * @return all of it; one byte more than {@code most} if it is longer
   * @throws Late if it is not there in time; the connection is of no use then
   */
  public byte[] read(InputStream in, int most) throws IOException {
    var watch = new Watch(Thread.currentThread());
    Future<?> alarm = alarm(watch);
    try {
      return in.readNBytes(most + 1);
    } catch (IOException e) {
      throw watch.rang() ? new Late(limit, e) : e;
    } finally {
      alarm.cancel(false);
      watch.end();
    }
  }

  private Future<?> alarm(Watch watch) throws IOException {
    try {
      return alarms.schedule(watch::ring, limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      throw new IOException("the door is closed", e);
    }
  }

  @Override
  public void close() {
    alarms.shutdownNow();
  }

  /** The body did not come in time. */
  public static final class Late extends IOException {

    private static final long serialVersionUID = 1L;

    private Late(Duration limit, IOException cause) {
      super("a body comes within " + limit.toSeconds() + " s", cause);
    }
  }

  /** Wakes a reader, but never one who has gone on to something else. */
  private static final class Watch {

    private final Thread reader;
    private boolean ended;
    private boolean rang;

    Watch(Thread reader) {
      this.reader = reader;
    }

    synchronized void ring() {
      if (!ended) {
        rang = true;
        reader.interrupt();
      }
    }

    synchronized boolean rang() {
      return rang;
    }

    synchronized void end() {
      ended = true;
      if (rang) {
        Thread.interrupted();
      }
    }
  }
}
