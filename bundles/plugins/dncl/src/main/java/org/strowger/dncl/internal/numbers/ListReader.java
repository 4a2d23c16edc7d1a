package org.strowger.dncl.internal.numbers;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import java.util.function.Supplier;

/**
 * Reads a file of numbers, once, byte by byte: time grows with the file, memory with the numbers in it.
 * A file with one broken line is no list.
 */
public final class ListReader {

  private static final int BUFFER = 1 << 16;

  private final Source source;
  private final Supplier<LongPredicate> heap;

  /** @param mostBytes of the file @param mostNumbers on the list @param prefix digits that stand before each number, may be empty */
  public record Source(ListFormat format, String prefix, long mostBytes, long mostNumbers) {
    public Source {
      if (!prefix.matches("[0-9]{0,8}")) {
        throw new IllegalArgumentException("a prefix is at most 8 digits: " + prefix);
      }
    }
  }

  /** Takes a file's bytes one by one, -1 at the end. */
  interface Lines {
    void take(int octet);
  }

  public ListReader(Source source) {
    this(source, Heap::new);
  }

  /** @param heap for each list: whether so many bytes more may be taken */
  ListReader(Source source, Supplier<LongPredicate> heap) {
    this.source = source;
    this.heap = heap;
  }

  /**
   * @param stopped asked every 64 KB
   * @throws BadList naming lines, or saying that there is not heap enough
   * @throws CancellationException if it was stopped
   */
  public NumberList read(InputStream in, BooleanSupplier stopped) throws IOException {
    var faults = new BadList.Faults();
    var numbers = new NumberList.Builder(heap.get());
    var sink = new Sink(source, numbers, faults);
    Lines lines = switch (source.format()) {
      case TEXT -> new TextLines(sink);
      case AREA_NUMBER -> new AreaLines(sink);
      case XML -> new TaggedNumbers(sink);
    };
    byte[] buffer = new byte[BUFFER];
    long bytes = 0;
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      if (stopped.getAsBoolean()) {
        throw new CancellationException("stopped");
      }
      bytes += read;
      if (bytes > source.mostBytes()) {
        throw new BadList("the file is larger than " + source.mostBytes() / 1_000_000 + " MB, which max.megabytes allows: raise it, or split the file into two lists");
      }
      for (int i = 0; i < read; i++) {
        lines.take(buffer[i] & 0xff);
      }
    }
    lines.take(-1);
    faults.orThrow();
    return numbers.build();
  }

  /** Where numbers go when a line is complete. */
  static final class Sink {
    final BadList.Faults faults;
    private final NumberList.Builder numbers;
    private final long prefix;
    private final int prefixDigits;
    private final long most;

    Sink(Source source, NumberList.Builder numbers, BadList.Faults faults) {
      this.numbers = numbers;
      this.faults = faults;
      this.prefix = source.prefix().isEmpty() ? 0 : Long.parseLong(source.prefix());
      this.prefixDigits = source.prefix().length();
      this.most = source.mostNumbers();
    }

    boolean isEmpty() {
      return numbers.taken() == 0;
    }

    void add(long line, long value, int digits) {
      int all = prefixDigits + digits;
      if (all > NumberList.MOST_DIGITS) {
        faults.add(line, "", "a number has at most " + NumberList.MOST_DIGITS + " digits with its prefix, this one has " + all);
        return;
      }
      if (numbers.taken() >= most) {
        throw new BadList("line " + line + ": more than " + most + " numbers, which max.numbers allows: raise it, or split the file into two lists");
      }
      long before = prefix;
      for (int i = 0; i < digits; i++) {
        before *= 10;
      }
      numbers.add(before + value, all);
    }
  }
}
