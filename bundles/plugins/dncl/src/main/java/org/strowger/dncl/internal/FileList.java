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
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.dnc.spi.DncSource;
import org.strowger.dnc.spi.DncStatus;
import org.strowger.dncl.internal.numbers.ListFormat;
import org.strowger.dncl.internal.numbers.ListReader;
import org.strowger.dncl.internal.numbers.NumberList;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Time;

/**
 * A list that stands in a file. The file is read on the loader's thread and looked at again every now and
 * then; a new list takes the place of the old one in one step when it is whole, and not at all when it
 * has a fault.
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

  /** What answers now. @param numbers null before the first list is whole @param fault of what was to replace it, null if there is none */
  private record State(NumberList numbers, Instant since, String fault) {}

  private final String name;
  private final Path file;
  private final ListReader reader;
  private final Time time;
  private final Loader loader;
  private final Future<?> looking;
  private final AtomicBoolean waiting = new AtomicBoolean();
  private final ServiceRegistration<DncSource> registration;
  private volatile boolean closed;
  private volatile State state = new State(null, null, null);
  /** Of the loader's thread: the file that was last tried, good or bad. */
  private Seen tried;

  @Activate
  public FileList(BundleContext context, @Reference Loader loader, @Reference Time time, FileListConfig config) {
    this(context, loader, time, config, Path.of(System.getProperty("strowger.home", ".")));
  }

  FileList(BundleContext context, Loader loader, Time time, FileListConfig config, Path home) {
    this.name = matching("list", config.list(), "[a-z0-9-]{1,32}");
    if (config.file() == null || config.file().isBlank()) {
      throw new InvalidInput("file", config.file(), "names the file of the list " + name);
    }
    this.file = home.resolve(config.file().trim());
    var source = new ListReader.Source(ListFormat.of("format", config.format()), matching("prefix", config.prefix().trim(), "[0-9]{0,8}"),
        1_000_000L * range("max.megabytes", config.max_megabytes(), 1, 100_000), range("max.numbers", config.max_numbers(), 1, 100_000_000));
    this.reader = new ListReader(source);
    this.time = time;
    this.loader = loader;
    String side = matching("side", config.side().toLowerCase(Locale.ROOT), "cld|cli");
    String onFailure = matching("on.failure", config.on_failure().toLowerCase(Locale.ROOT), "open|closed");
    int seconds = range("check.seconds", config.check_seconds(), 0, 86_400);
    reload();
    this.looking = seconds == 0 ? null : loader.every(Duration.ofSeconds(seconds), this::loadIfChanged);
    this.registration = context == null ? null : context.registerService(DncSource.class, this,
        FrameworkUtil.asDictionary(Map.of(LIST, name, SIDE, side, "on.failure", onFailure)));
  }

  private static String matching(String key, String value, String pattern) {
    if (value == null || !value.matches(pattern)) {
      throw new InvalidInput(key, value, "matches " + pattern);
    }
    return value;
  }

  private static int range(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw new InvalidInput(key, value, "is " + least + " to " + most);
    }
    return value;
  }

  @Deactivate
  void close() {
    closed = true;
    if (registration != null) {
      registration.unregister();
    }
    if (looking != null) {
      looking.cancel(false);
    }
  }

  @Override
  public CompletionStage<Boolean> lists(String number) {
    NumberList numbers = state.numbers;
    return numbers == null ? CompletableFuture.failedFuture(new IllegalStateException(status().detail())) : CompletableFuture.completedFuture(numbers.has(number));
  }

  @Override
  public DncStatus status() {
    State now = state;
    if (now.numbers == null) {
      return now.fault == null ? new DncStatus(DncStatus.State.LOADING, -1, null, "reading " + file) : new DncStatus(DncStatus.State.FAILED, -1, null, now.fault);
    }
    return now.fault == null ? new DncStatus(DncStatus.State.READY, now.numbers.size(), now.since, file.toString())
        : new DncStatus(DncStatus.State.STALE, now.numbers.size(), now.since, now.fault);
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
    try {
      if (!Seen.of(file).equals(tried)) {
        load();
      }
    } catch (IOException e) {
      fail(e);
    }
  }

  private void load() {
    if (closed) {
      return;
    }
    long start = time.ticks();
    try {
      Seen before = Seen.of(file);
      NumberList numbers = read();
      if (!Seen.of(file).equals(before)) {
        throw new IOException("the file changed while it was read: write it elsewhere and move it here");
      }
      tried = before;
      state = new State(numbers, time.now(), null);
      LOG.info("List {}: {} numbers from {} in {} ms, {} KB", name, numbers.size(), file, time.since(start).toMillis(), numbers.bytes() / 1024);
    } catch (CancellationException e) {
      LOG.debug("List {} is no longer wanted", name);
    } catch (IOException | StrowgerException e) {
      fail(e);
    } catch (OutOfMemoryError e) {
      fail(new IOException("there is not enough memory for this list: raise -Xmx in etc/jvm.options"));
    }
  }

  private NumberList read() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return reader.read(in, () -> closed || Thread.currentThread().isInterrupted());
    }
  }

  /** What answered goes on answering. Each fault is said once, until it is another one. */
  private void fail(Exception e) {
    try {
      tried = Seen.of(file);
    } catch (IOException gone) {
      tried = null;
    }
    String why = file + ": " + (e instanceof NoSuchFileException ? "there is no such file" : e.getMessage());
    State before = state;
    state = new State(before.numbers, before.since, why);
    if (!why.equals(before.fault)) {
      LOG.warn("List {} cannot be read, {}: {}", name, before.numbers == null ? "it has no answer" : "the one of " + before.since + " stays", why);
    }
  }
}
