package org.strowger.inside;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.rmi.server.RMISocketFactory;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Sockets that take a breath before they ask. While the container boots, Pax Exam asks for it as often as the machine can, which
 * would take half of a machine of two cores from the boot.
 */
final class PatientSockets extends RMISocketFactory {

  private static final long BREATH = Duration.ofMillis(50).toNanos();

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return new Socket(host, port) {
      @Override
      public OutputStream getOutputStream() throws IOException {
        return new FilterOutputStream(super.getOutputStream()) {
          @Override
          public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
          }

          @Override
          public void flush() throws IOException {
            LockSupport.parkNanos(BREATH);
            super.flush();
          }
        };
      }
    };
  }

  @Override
  public ServerSocket createServerSocket(int port) throws IOException {
    return new ServerSocket(port);
  }
}
