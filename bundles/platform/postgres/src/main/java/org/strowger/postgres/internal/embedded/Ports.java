package org.strowger.postgres.internal.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Ports on loopback: one that is free, and who holds one that is not. */
final class Ports {

  private static final String LISTENING = "0A";

  private Ports() {}

  static int anyFree() {
    try (ServerSocket socket = bind(0)) {
      return socket.getLocalPort();
    } catch (IOException none) {
      throw new LaunchException("no free port on 127.0.0.1", none);
    }
  }

  static boolean free(int port) {
    try (ServerSocket socket = bind(port)) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }

  private static ServerSocket bind(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 1);
      return socket;
    } catch (IOException taken) {
      socket.close();
      throw taken;
    }
  }

  /** The process that listens on {@code port}, as {@code "postgres (pid 712)"}, as far as this user may see. */
  static String holder(int port) {
    try {
      for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
        for (String line : Files.readAllLines(Path.of(table))) {
          String[] fields = line.strip().split("\\s+");
          if (fields.length > 9 && fields[3].equals(LISTENING) && fields[1].endsWith(String.format(Locale.ROOT, ":%04X", port))) {
            return process("socket:[" + fields[9] + "]");
          }
        }
      }
    } catch (IOException unreadable) {
      return "a process that cannot be named";
    }
    return "nobody any more";
  }

  private static String process(String socket) throws IOException {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        if (holds(process, socket)) {
          return Files.readString(process.resolve("comm")).strip() + " (pid " + process.getFileName() + ")";
        }
      }
    }
    return "a process of another user";
  }

  private static boolean holds(Path process, String socket) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : files) {
        if (Files.readSymbolicLink(file).toString().equals(socket)) {
          return true;
        }
      }
    } catch (IOException | RuntimeException notVisible) {
      return false;
    }
    return false;
  }
}
