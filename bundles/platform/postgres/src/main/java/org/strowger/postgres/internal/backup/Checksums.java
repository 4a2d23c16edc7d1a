package org.strowger.postgres.internal.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of what passes through, and its lines, which in COPY's text format are the rows. */
final class Checksums {

  private final MessageDigest digest = sha256();
  private long lines;

  static String hex(byte[] all) {
    return HexFormat.of().formatHex(sha256().digest(all));
  }

  /** Reads to the end. */
  static Checksums of(InputStream in) throws IOException {
    Checksums sums = new Checksums();
    byte[] buffer = new byte[1 << 16];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      sums.add(buffer, 0, read);
    }
    return sums;
  }

  /** Counts what goes to {@code out}; closing does not close it. */
  OutputStream counting(OutputStream out) {
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        add(bytes, from, length);
        out.write(bytes, from, length);
      }
    };
  }

  private void add(byte[] bytes, int from, int length) {
    digest.update(bytes, from, length);
    for (int i = from; i < from + length; i++) {
      if (bytes[i] == '\n') {
        lines++;
      }
    }
  }

  long lines() {
    return lines;
  }

  String sha256Hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException never) {
      throw new IllegalStateException("every Java has SHA-256", never);
    }
  }
}
