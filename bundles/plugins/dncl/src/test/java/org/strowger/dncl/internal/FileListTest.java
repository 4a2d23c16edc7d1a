package org.strowger.dncl.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.dnc.spi.DncSource;
import org.strowger.dnc.spi.DncStatus.State;
import org.strowger.kernel.Time;
import org.strowger.testkit.plugin.Config;
import org.strowger.testkit.plugin.DncSourceContract;

class FileListTest extends DncSourceContract {

  @TempDir Path home;
  private final Loader loader = new Loader();
  private final Registered registered = new Registered();
  private final List<FileList> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(FileList::close);
    loader.close();
  }

  @Override
  protected DncSource sourceWith(List<String> numbers) throws Exception {
    put("list.txt", String.join("\n", numbers));
    return ready(open("list.txt", "text", 0));
  }

  @Override
  protected DncSource sourceThatCannotKnow() {
    return open("missing.txt", "text", 0);
  }

  private void put(String name, String text) throws IOException {
    Path made = Files.writeString(home.resolve(name + ".new"), text);
    Files.move(made, home.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private FileList open(String file, String format, int checkSeconds) {
    return open(spec(Map.of("file", file, "format", format, "check_seconds", checkSeconds)));
  }

  private FileList open(FileSpec spec) {
    return open(spec, FileList.FIRST);
  }

  private FileList open(FileSpec spec, Duration patience) {
    var list = new FileList(registered.context(), loader, Time.SYSTEM, spec, home, patience);
    opened.add(list);
    return list;
  }

  /** The list {@code test}, in {@code a.txt} if nothing else is said. */
  private FileSpec spec(Map<String, Object> values) {
    return FileSpec.of(config(values), Map.of("service.pid", "org.strowger.dncl.file~ca"), home);
  }

  private static FileListConfig config(Map<String, Object> values) {
    var all = new HashMap<String, Object>(Map.of("list", "test", "file", "a.txt", "check_seconds", 0, "max_megabytes", 10, "max_numbers", 1000));
    all.putAll(values);
    return Config.of(FileListConfig.class, all);
  }

  private static FileList ready(FileList list) {
    until(() -> list.status().state() == State.READY);
    return list;
  }

  private static boolean has(FileList list, String number) {
    return list.lists(number).toCompletableFuture().join();
  }

  @Test
  void whoAsksBeforeTheFirstNumbersAreThereWaitsAMoment() throws Exception {
    var goOn = new CountDownLatch(1);
    loader.soon(() -> {
      try {
        goOn.await(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    put("a.txt", "1\n2\n");
    assertThat(open(spec(Map.of())).lists("1").toCompletableFuture()).as("not for ever").failsWithin(Duration.ofSeconds(5)).withThrowableThat().withMessageContaining("reading ");
    FileList list = open(spec(Map.of()), Duration.ofSeconds(10));
    assertThat(list.status().state()).isEqualTo(State.LOADING);
    CompletableFuture<Boolean> asked = list.lists("1").toCompletableFuture();
    CompletableFuture<Boolean> other = list.lists("3").toCompletableFuture();
    goOn.countDown();
    assertThat(asked.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(other.get(10, TimeUnit.SECONDS)).isFalse();
  }

  @Test
  void whoWaitsForAListThatCannotBeReadHearsIt() {
    assertThat(open("missing.txt", "text", 0).lists("1").toCompletableFuture()).failsWithin(Duration.ofSeconds(5)).withThrowableThat().withMessageContaining("missing.txt");
  }

  @Test
  void aNewListTakesThePlaceOfTheOldOneWhenTheFileChanges() throws Exception {
    put("a.txt", "1\n2\n");
    FileList list = ready(open("a.txt", "text", 1));
    put("a.txt", "2\n3\n4\n");
    until(() -> has(list, "3"));
    assertThat(has(list, "1")).isFalse();
    assertThat(list.status().numbers()).isEqualTo(3);
  }

  /** One generation has the even numbers, the next the odd ones: nobody ever sees both or none. */
  @Test
  void itIsReplacedInOneStepWhileCallsAsk() throws Exception {
    put("a.txt", "1\n");
    FileList list = ready(open("a.txt", "text", 0));
    var stop = new AtomicBoolean();
    var fault = new AtomicReference<String>();
    var asker = new Thread(() -> {
      while (!stop.get()) {
        var before = list.status();
        boolean one = has(list, "1");
        boolean two = has(list, "2");
        if (one == two && list.status().since().equals(before.since())) {
          fault.set("1 is " + one + " and 2 is " + two);
        }
      }
    });
    asker.start();
    for (int i = 0; i < 40; i++) {
      put("a.txt", i % 2 == 0 ? "2\n" : "1\n");
      list.reload();
      String now = i % 2 == 0 ? "2" : "1";
      until(() -> has(list, now));
    }
    stop.set(true);
    asker.join(TimeUnit.SECONDS.toMillis(10));
    assertThat(fault.get()).isNull();
  }

  @Test
  void aBrokenFileLeavesTheOldListInItsPlaceAndSaysWhy() throws Exception {
    put("a.txt", "1\n");
    FileList list = ready(open("a.txt", "text", 0));
    put("a.txt", "1\n2\nx\n");
    list.reload();
    until(() -> list.status().state() == State.STALE);
    assertThat(list.status().detail()).contains("a.txt").contains("line 3 'x'");
    assertThat(has(list, "1")).isTrue();
    assertThat(has(list, "2")).isFalse();
    Files.delete(home.resolve("a.txt"));
    list.reload();
    until(() -> list.status().detail().contains("no such file"));
    assertThat(has(list, "1")).isTrue();
    put("a.txt", "5\n");
    list.reload();
    until(() -> list.status().state() == State.READY);
    assertThat(has(list, "5")).isTrue();
  }

  @Test
  void aFileThatComesLaterIsFound() throws Exception {
    FileList list = open("a.txt", "text", 1);
    until(() -> list.status().state() == State.FAILED);
    put("a.txt", "1\n");
    until(() -> list.status().state() == State.READY);
    assertThat(has(list, "1")).isTrue();
  }

  @Test
  void afterItIsClosedNothingIsRead() throws Exception {
    put("a.txt", "1\n");
    FileList list = ready(open("a.txt", "text", 0));
    list.close();
    put("a.txt", "2\n");
    list.reload();
    loader.soon(() -> { }).get(10, TimeUnit.SECONDS);
    assertThat(has(list, "2")).isFalse();
  }

  @Test
  void aConfigurationThatCannotBeTakenIsAListWithoutAnAnswer() {
    assertThat(faultOf(Map.of("format", "csv"))).contains("its configuration cannot be taken: format 'csv': is one of text, area-number, xml");
    assertThat(faultOf(Map.of("file", ""))).contains("file");
    assertThat(faultOf(Map.of("check_seconds", -1))).contains("check.seconds '-1': is 0 to 86400");
    assertThat(faultOf(Map.of("prefix", "+1"))).contains("prefix '+1'");
    assertThat(faultOf(Map.of("list", "No Name"))).contains("list 'No Name'");
    assertThat(registered.get("dnc.list")).as("as its file is called").isEqualTo("ca");
  }

  private String faultOf(Map<String, Object> values) {
    FileList list = open(spec(values));
    assertThat(list.status().state()).isEqualTo(State.FAILED);
    assertThat(list.lists("1").toCompletableFuture()).isCompletedExceptionally();
    return list.status().detail();
  }

  /** What it was told of failures counts for this one too; if that cannot be read either it is closed. */
  @Test
  void aBrokenConfigurationOpensNothing() {
    open(spec(Map.of("format", "xlm", "on_failure", "open", "side", "cli")));
    assertThat(registered.properties()).containsEntry("dnc.list", "test").containsEntry("plugin.id", "dncl-test").containsEntry("on.failure", "open").containsEntry("dnc.side", "cli");
    open(spec(Map.of("on_failure", "opne")));
    assertThat(registered.properties()).containsEntry("on.failure", "closed").containsEntry("dnc.side", "cld");
    open(spec(Map.of("side", "clx")));
    assertThat(registered.properties()).containsEntry("on.failure", "closed").containsEntry("dnc.side", "cld");
    // What is no number at all is thrown where it is asked for.
    var unreadable = (FileListConfig) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {FileListConfig.class}, (proxy, method, none) -> {
      if (method.getName().equals("check_seconds")) {
        throw new IllegalStateException("'often' is no int");
      }
      return method.invoke(config(Map.of("on_failure", "open")));
    });
    open(FileSpec.of(unreadable, Map.of(), home));
    assertThat(registered.properties()).containsEntry("on.failure", "open").containsEntry("dnc.list", "test");
  }

  @Test
  void aBrokenConfigurationLeavesTheListAsItIs() throws Exception {
    put("a.txt", "1\n");
    FileList list = ready(open("a.txt", "text", 0));
    list.change(spec(Map.of("format", "xlm", "side", "cli")));
    assertThat(list.status().state()).isEqualTo(State.STALE);
    assertThat(list.status().detail()).contains("format 'xlm'");
    assertThat(has(list, "1")).isTrue();
    assertThat(registered.properties()).containsEntry("dnc.side", "cld");
    put("a.txt", "2\n");
    list.reload();
    until(() -> has(list, "2"));
    assertThat(list.status().state()).isEqualTo(State.STALE);
    list.change(spec(Map.of()));
    assertThat(list.status().state()).isEqualTo(State.READY);
  }

  @Test
  void anotherFileIsAskedWhenItIsWholeAndTheOldOneUntilThen() throws Exception {
    put("a.txt", "1\n");
    FileList list = ready(open("a.txt", "text", 0));
    list.change(spec(Map.of("file", "b.txt", "side", "cli", "list", "other")));
    until(() -> list.status().state() == State.STALE);
    assertThat(list.status().detail()).contains("b.txt").contains("no such file");
    assertThat(has(list, "1")).isTrue();
    assertThat(registered.properties()).containsEntry("dnc.side", "cld").containsEntry("dnc.list", "test");
    put("b.txt", "2\n");
    list.reload();
    until(() -> has(list, "2"));
    assertThat(has(list, "1")).isFalse();
    assertThat(list.status().state()).isEqualTo(State.READY);
    until(() -> "cli".equals(registered.get("dnc.side")));
    assertThat(registered.properties()).containsEntry("dnc.list", "other").containsEntry("plugin.id", "dncl-other");
  }

  /** Nobody asks in between for whom it is loading: its answer is there all the time. */
  @Test
  void whatIsChangedWithoutAnotherFileHoldsAtOnce() throws Exception {
    put("a.txt", "1\n");
    FileList list = ready(open("a.txt", "text", 0));
    list.change(spec(Map.of("on_failure", "open", "check_seconds", 30)));
    assertThat(registered.properties()).containsEntry("on.failure", "open");
    assertThat(has(list, "1")).isTrue();
    FileList missing = open(spec(Map.of("file", "missing.txt")));
    until(() -> missing.status().state() == State.FAILED);
    missing.change(spec(Map.of("side", "cli", "file", "missing, too.txt")));
    assertThat(registered.properties()).as("one that has no answer").containsEntry("dnc.side", "cli");
  }

  private static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("still waiting").isNegative();
      LockSupport.parkNanos(2_000_000);
    }
  }
}
