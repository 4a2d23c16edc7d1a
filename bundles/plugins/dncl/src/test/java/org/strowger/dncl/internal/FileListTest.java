package org.strowger.dncl.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Time;
import org.strowger.testkit.plugin.DncSourceContract;

class FileListTest extends DncSourceContract {

  @TempDir Path home;
  private final Loader loader = new Loader();
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
    var list = new FileList(null, loader, Time.SYSTEM, config("test", file, format, checkSeconds), home);
    opened.add(list);
    return list;
  }

  private static FileList ready(FileList list) {
    until(() -> list.status().state() == State.READY);
    return list;
  }

  private static boolean has(FileList list, String number) {
    return list.lists(number).toCompletableFuture().join();
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
  void errorsNameKeyValueAndRule() {
    assertThatThrownBy(() -> open("a", "csv", 0)).isInstanceOf(InvalidInput.class).hasMessageContaining("format 'csv': is one of text, area-number, xml");
    assertThatThrownBy(() -> open("", "text", 0)).hasMessageContaining("file");
    assertThatThrownBy(() -> open("a", "text", -1)).hasMessageContaining("check.seconds '-1': is 0 to 86400");
    assertThatThrownBy(() -> new FileList(null, loader, Time.SYSTEM, config("No Name", "a", "text", 0), home)).hasMessageContaining("list 'No Name'");
  }

  private static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("still waiting").isNegative();
      LockSupport.parkNanos(2_000_000);
    }
  }

  private static FileListConfig config(String name, String file, String format, int checkSeconds) {
    return new FileListConfig() {
      @Override
      public String list() {
        return name;
      }

      @Override
      public String file() {
        return file;
      }

      @Override
      public String format() {
        return format;
      }

      @Override
      public String prefix() {
        return "";
      }

      @Override
      public String side() {
        return "cld";
      }

      @Override
      public String on_failure() {
        return "closed";
      }

      @Override
      public int check_seconds() {
        return checkSeconds;
      }

      @Override
      public int max_megabytes() {
        return 10;
      }

      @Override
      public int max_numbers() {
        return 1000;
      }

      @Override
      public Class<FileListConfig> annotationType() {
        return FileListConfig.class;
      }
    };
  }
}
