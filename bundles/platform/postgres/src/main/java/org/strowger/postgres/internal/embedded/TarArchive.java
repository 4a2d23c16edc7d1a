package org.strowger.postgres.internal.embedded;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.tukaani.xz.XZInputStream;

/** Unpacks a tar (ustar, with GNU long names) that xz compressed: plain files, folders and symbolic links, readable by everybody. */
final class TarArchive {

  private static final int BLOCK = 512;

  private TarArchive() {}

  /** Unpacks into {@code target}, which appears complete or not at all; where somebody else is quicker, theirs stays. */
  static void unpack(InputStream archive, Path target) throws IOException {
    Path half = target.resolveSibling(target.getFileName() + ".half-" + ProcessHandle.current().pid());
    Folders.delete(half);
    Folders.make(half);
    try (InputStream tar = new BufferedInputStream(new XZInputStream(archive), 1 << 16)) {
      String longName = null;
      String longLink = null;
      for (byte[] header = tar.readNBytes(BLOCK); header.length == BLOCK && header[0] != 0; header = tar.readNBytes(BLOCK)) {
        long size = Long.parseLong(text(header, 124, 12).strip(), 8);
        char type = (char) header[156];
        if (type == 'L' || type == 'K') {
          String name = new String(tar.readNBytes((int) size), StandardCharsets.UTF_8).replace("\0", "");
          longName = type == 'L' ? name : longName;
          longLink = type == 'K' ? name : longLink;
        } else {
          String prefix = text(header, 345, 155);
          String name = longName != null ? longName : prefix.isEmpty() ? text(header, 0, 100) : prefix + "/" + text(header, 0, 100);
          String link = longLink != null ? longLink : text(header, 157, 100);
          boolean runs = (Integer.parseInt(text(header, 100, 8).strip(), 8) & 0100) != 0;
          write(tar, inside(half, name), inside(half, name).getParent(), type, size, link, runs);
          longName = null;
          longLink = null;
        }
        tar.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
      }
    }
    try {
      Files.move(half, target);
    } catch (IOException notMoved) {
      Folders.delete(half);
      if (!Files.isDirectory(target)) {
        throw notMoved;
      }
    }
  }

  private static Path inside(Path root, String name) throws IOException {
    Path path = root.resolve(name).normalize();
    if (!path.startsWith(root)) {
      throw new IOException("archive entry " + name + " points outside");
    }
    return path;
  }

  private static void write(InputStream tar, Path path, Path parent, char type, long size, String link, boolean runs) throws IOException {
    switch (type) {
      case '5' -> Folders.make(path);
      case '2' -> {
        Folders.make(parent);
        Files.createSymbolicLink(path, Path.of(link));
      }
      case '0', '\0' -> {
        Folders.make(parent);
        try (var out = Files.newOutputStream(path)) {
          byte[] buffer = new byte[1 << 16];
          for (long left = size; left > 0; ) {
            int read = tar.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
              throw new EOFException("archive ends inside " + path.getFileName());
            }
            out.write(buffer, 0, read);
            left -= read;
          }
        }
        permit(path, runs);
      }
      default -> throw new IOException("archive entry " + path.getFileName() + " has the unknown type " + type);
    }
  }

  private static void permit(Path path, boolean runs) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(runs ? "rwxr-xr-x" : "rw-r--r--"));
  }

  private static String text(byte[] header, int from, int length) {
    int end = from;
    while (end < from + length && header[end] != 0) {
      end++;
    }
    return new String(header, from, end - from, StandardCharsets.UTF_8);
  }
}
