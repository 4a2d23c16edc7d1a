package org.strowger.dncl.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.dnc.spi.DncSource;
import org.strowger.dnc.spi.DncStatus;
import org.strowger.dncl.internal.numbers.ListReader;
import org.strowger.dncl.internal.numbers.NumberList;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Time;

/**
 * A list that stands in a file. The file is read on the loader's thread and looked at again every now and
 * then; a new list takes the place of the old one in one step when it is whole, and not at all when it
 * has a fault. So it is with its configuration: one that cannot be taken leaves an earlier one in its
 * place, and without an earlier one makes a list that has no answer.
 */
@Component(service = {}, immediate = true, configurationPid = "org.strowger.dncl.file", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = FileListConfig.class, factory = true)
public final class FileList implements DncSource {

  private static final Logger LOG = LoggerFactory.getLogger(FileList.class);

  /** A file as it was when it was read. */
  private record Seen(FileTime modified, long size, Object key) {
    static Seen of(Path file) throws IOException {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Seen(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    }
  }

  /**
   * What answers now.
   *
   * @param numbers null before the first list is whole, as is what they were read by
   * @param fault of what was to replace it, null if there is none
   */
  private record State(NumberList numbers, Instant since, FileSpec by, String fault) {}

  /** So long a call waits for a list that has just been installed; most are read by then. */
  static final Duration FIRST = Duration.ofMillis(300);

  private final Path home;
  private final Duration patience;
  private final Time time;
  private final Loader loader;
  private final AtomicBoolean waiting = new AtomicBoolean();
  private final ServiceRegistration<DncSource> registration;
  /** Complete when there is something to say: the first numbers, why there are none, or that it goes. */
  private final CompletableFuture<Void> begun = new CompletableFuture<>();
  private volatile boolean closed;
  private volatile State state = new State(null, null, null, null);
  /** What is, or is to be, read. */
  private volatile FileSpec spec;
  /** What the configuration as it is now cannot be taken for, while an earlier one goes on; null if it can. */
  private volatile String misled;
  /** Guarded by this, as what the service is registered as. */
  private Future<?> looking;
  /** Of the loader's thread: the file that was last tried, good or bad. */
  private Seen tried;

  @Activate
  public FileList(BundleContext context, @Reference Loader loader, @Reference Time time, FileListConfig config, Map<String, Object> properties) {
    this(context, loader, time, FileSpec.of(config, properties, home()), home(), FIRST);
  }

  /** @param patience how long a call waits for the first numbers */
  FileList(BundleContext context, Loader loader, Time time, FileSpec spec, Path home, Duration patience) {
    this.home = home;
    this.patience = patience;
    this.time = time;
    this.loader = loader;
    this.spec = spec;
    if (spec.isFit()) {
      begin(spec);
    } else {
      LOG.error("List {} has no answer: {}", spec.name(), spec.fault());
    }
    this.registration = context == null ? null : context.registerService(DncSource.class, this, spec.properties());
  }

  private static Path home() {
    return Path.of(System.getProperty("strowger.home", "."));
  }

  /** What answers goes on answering, until what is to replace it is whole. */
  @Modified
  void modified(FileListConfig config, Map<String, Object> properties) {
    change(FileSpec.of(config, properties, home));
  }

  synchronized void change(FileSpec next) {
    FileSpec before = spec;
    if (before.isFit() && !next.isFit()) {
      misled = next.fault();
      LOG.error("List {} stays as it is: {}", before.name(), next.fault());
      return;
    }
    misled = null;
    spec = next;
    if (next.isFit()) {
      begin(next);
    }
    if (state.numbers == null || next.readsAs(state.by)) {
      show(next);
    }
  }

  private void begin(FileSpec next) {
    if (looking != null) {
      looking.cancel(false);
    }
    reload();
    looking = next.checkSeconds() == 0 ? null : loader.every(Duration.ofSeconds(next.checkSeconds()), this::loadIfChanged);
  }

  /** From now on it is asked under this name, for this side. */
  private void show(FileSpec now) {
    if (registration != null && !closed) {
      registration.setProperties(now.properties());
    }
  }

  @Deactivate
  synchronized void close() {
    closed = true;
    begun.complete(null);
    if (registration != null) {
      registration.unregister();
    }
    if (looking != null) {
      looking.cancel(false);
    }
  }

  @Override
  public CompletionStage<Boolean> lists(String number) {
    if (state.numbers == null && spec.isFit() && !begun.isDone()) {
      return begun.copy().completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS).thenApply(nothing -> isListed(number));
    }
    try {
      return CompletableFuture.completedFuture(isListed(number));
    } catch (IllegalStateException none) {
      return CompletableFuture.failedFuture(none);
    }
  }

  private boolean isListed(String number) {
    NumberList numbers = state.numbers;
    if (numbers == null) {
      throw new IllegalStateException(status().detail());
    }
    return numbers.has(number);
  }

  @Override
  public DncStatus status() {
    State now = state;
    FileSpec wanted = spec;
    String fault = misled != null ? misled : wanted.isFit() ? now.fault : wanted.fault();
    if (now.numbers == null) {
      return fault == null ? new DncStatus(DncStatus.State.LOADING, -1, null, "reading " + wanted.file()) : new DncStatus(DncStatus.State.FAILED, -1, null, fault);
    }
    return fault == null ? new DncStatus(DncStatus.State.READY, now.numbers.size(), now.since, now.by.file().toString())
        : new DncStatus(DncStatus.State.STALE, now.numbers.size(), now.since, fault);
  }

  long bytes() {
    NumberList numbers = state.numbers;
    return numbers == null ? 0 : numbers.bytes();
  }

  /** However often it is asked for, one reading waits at the most. */
  @Override
  public void reload() {
    if (!closed && waiting.compareAndSet(false, true)) {
      loader.soon(() -> {
        waiting.set(false);
        load();
      });
    }
  }

  private void loadIfChanged() {
    FileSpec now = spec;
    try {
      if (!Seen.of(now.file()).equals(tried)) {
        load();
      }
    } catch (IOException e) {
      fail(now, e);
    }
  }

  private void load() {
    FileSpec now = spec;
    if (closed || !now.isFit()) {
      return;
    }
    long start = time.ticks();
    try {
      Seen before = Seen.of(now.file());
      NumberList numbers = read(now);
      if (!Seen.of(now.file()).equals(before)) {
        throw new IOException("the file changed while it was read: write it elsewhere and move it here");
      }
      tried = before;
      if (take(now, numbers)) {
        LOG.info("List {}: {} numbers from {} in {} ms, {} KB", now.name(), numbers.size(), now.file(), time.since(start).toMillis(), numbers.bytes() / 1024);
      }
    } catch (CancellationException e) {
      LOG.debug("List {} is no longer wanted", now.name());
    } catch (IOException | StrowgerException e) {
      fail(now, e);
    }
  }

  private NumberList read(FileSpec now) throws IOException {
    try (InputStream in = Files.newInputStream(now.file())) {
      return new ListReader(now.source()).read(in, () -> closed || spec != now || Thread.currentThread().isInterrupted());
    }
  }

  /** @return false if something else is wanted by now; its reading waits already */
  private synchronized boolean take(FileSpec read, NumberList numbers) {
    if (spec != read || closed) {
      return false;
    }
    state = new State(numbers, time.now(), read, null);
    begun.complete(null);
    show(read);
    return true;
  }

  /** What answered goes on answering. Each fault is said once, until it is another one. */
  private synchronized void fail(FileSpec read, Exception e) {
    if (spec != read) {
      return;
    }
    try {
      tried = Seen.of(read.file());
    } catch (IOException gone) {
      tried = null;
    }
    String why = read.file() + ": " + (e instanceof NoSuchFileException ? "there is no such file" : e.getMessage());
    State before = state;
    state = new State(before.numbers, before.since, before.by, why);
    begun.complete(null);
    if (!why.equals(before.fault)) {
      LOG.warn("List {} cannot be read, {}: {}", read.name(), before.numbers == null ? "it has no answer" : "the one of " + before.since + " stays", why);
    }
  }
}
