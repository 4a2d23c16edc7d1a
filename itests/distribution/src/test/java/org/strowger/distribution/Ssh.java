package org.strowger.distribution;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ChannelShell;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;

/** A user of the shell, with an SSH client that is not the script's. Each method logs in anew: Karaf ends the session with its command. */
final class Ssh implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final SshClient client = SshClient.setUpDefaultClient();
  private final int port;
  private final String user;
  private final String password;

  Ssh(Instance instance, String user, String password) {
    this.port = instance.sshPort();
    this.user = user;
    this.password = password;
    client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
    client.start();
  }

  private ClientSession session() throws IOException {
    ClientSession session = client.connect(user, "127.0.0.1", port).verify(LIMIT).getSession();
    try {
      session.addPasswordIdentity(password);
      session.auth().verify(LIMIT);
      return session;
    } catch (IOException e) {
      session.close(true);
      throw e;
    }
  }

  /** @throws IOException if the switch does not let the user in */
  void login() throws IOException {
    session().close(true);
  }

  /** As {@code ssh HOST COMMAND} does. */
  Outcome run(String command) throws IOException {
    var printed = new ByteArrayOutputStream();
    try (ClientSession session = session(); ChannelExec channel = session.createExecChannel(command)) {
      channel.setRedirectErrorStream(true);
      channel.setOut(printed);
      channel.open().verify(LIMIT);
      if (channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), LIMIT).contains(ClientChannelEvent.TIMEOUT)) {
        throw new IllegalStateException(command + " took longer than " + LIMIT + ":\n" + printed);
      }
      return new Outcome(channel.getExitStatus(), plain(printed));
    }
  }

  /** What a terminal shows to whom types these lines, and then leaves. */
  String type(int columns, String... lines) throws IOException {
    var shown = new ByteArrayOutputStream();
    try (ClientSession session = session(); ChannelShell channel = session.createShellChannel()) {
      channel.setPtyType("xterm");
      channel.setPtyColumns(columns);
      channel.setIn(new ByteArrayInputStream((String.join("\r", lines) + "\rlogout\r").getBytes(StandardCharsets.UTF_8)));
      channel.setOut(shown);
      channel.open().verify(LIMIT);
      if (channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), LIMIT).contains(ClientChannelEvent.TIMEOUT)) {
        throw new IllegalStateException("the shell was not left within " + LIMIT + ":\n" + shown);
      }
      return plain(shown);
    }
  }

  /** As {@link #run}, for a command that must succeed. */
  String shell(String command) throws IOException {
    Outcome outcome = run(command);
    if (outcome.status() != 0) {
      throw new IllegalStateException(command + " failed with " + outcome.status() + ":\n" + outcome.output());
    }
    return outcome.output();
  }

  /** As {@link #run}, some at a time. @return in the order of the commands */
  List<Outcome> runAll(List<String> commands) throws Exception {
    ExecutorService users = Executors.newFixedThreadPool(4);
    try {
      var asked = new ArrayList<Future<Outcome>>();
      for (String command : commands) {
        asked.add(users.submit(() -> run(command)));
      }
      var outcomes = new ArrayList<Outcome>();
      for (Future<Outcome> each : asked) {
        outcomes.add(each.get(60, TimeUnit.SECONDS));
      }
      return outcomes;
    } finally {
      users.shutdownNow();
    }
  }

  /** Without the colours of a terminal. */
  private static String plain(ByteArrayOutputStream printed) {
    return printed.toString(StandardCharsets.UTF_8).replaceAll("\u001b\\[[0-9;?]*[a-zA-Z]", "").replace("\r", "");
  }

  @Override
  public void close() {
    client.stop();
  }
}
