package org.strowger.dncl.internal.numbers;

import java.io.IOException;
import java.io.InputStream;
import java.util.Random;

/** Reads a list, and then one that is too large for the heap it is given. */
final class SmallMachine {

  private SmallMachine() {}

  public static void main(String[] arguments) throws IOException {
    NumberList old = read(1_000_000);
    try {
      System.out.println("there is room for " + read(50_000_000).size() + " numbers");
    } catch (BadList e) {
      System.out.println(e.getMessage());
    }
    System.out.println("the old list has " + old.size() + " numbers");
  }

  /** As sparse as numbers can be. */
  private static NumberList read(int count) throws IOException {
    var random = new Random(count);
    var in = new InputStream() {
      private final byte[] line = new byte[19];
      private int at = line.length;
      private int left = count;

      @Override
      public int read() {
        if (at == line.length) {
          if (left == 0) {
            return -1;
          }
          left--;
          long number = Math.floorMod(random.nextLong(), 1_000_000_000_000_000_000L);
          for (int i = 17; i >= 0; i--, number /= 10) {
            line[i] = (byte) ('0' + number % 10);
          }
          line[18] = '\n';
          at = 0;
        }
        return line[at++];
      }
    };
    return new ListReader(new ListReader.Source(ListFormat.TEXT, "", Long.MAX_VALUE, Long.MAX_VALUE)).read(in, () -> false);
  }
}
