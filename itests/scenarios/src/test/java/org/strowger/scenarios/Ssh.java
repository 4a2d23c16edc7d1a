package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;

/** The administrator at the shell, from within this process: a client of its own for each of many commands would take the processor that calls need. */
final class Ssh implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration LOGIN = Duration.ofSeconds(10);
  private static final int LOGINS = 3;

  private final SshClient client = SshClient.setUpDefaultClient();
  private final Switch at;

  Ssh(Switch at) {
    this.at = at;
    client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
    client.start();
  }

  /** What the command printed, which must succeed. */
  String run(String command) {
    Switch.Result result = tell(command);
    assertThat(result.status()).as("%s: %s", command, result.output()).isZero();
    return result.output();
  }

  /** Whatever comes of it. Logs in anew: the session ends with its command. */
  Switch.Result tell(String command) {
    var printed = new ByteArrayOutputStream();
    try (ClientSession session = login(); ChannelExec channel = session.createExecChannel(command)) {
      channel.setRedirectErrorStream(true);
      channel.setOut(printed);
      channel.open().verify(LIMIT);
      assertThat(channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), LIMIT)).as("%s: %s", command, printed).doesNotContain(ClientChannelEvent.TIMEOUT);
      String said = printed.toString(StandardCharsets.UTF_8).replaceAll("\u001b\\[[0-9;?]*[a-zA-Z]", "").replace("\r", "");
      assertThat(channel.getExitStatus()).as("exit status of %s: %s", command, said).isNotNull();
      return new Switch.Result(channel.getExitStatus(), said);
    } catch (IOException e) {
      throw new UncheckedIOException(command, e);
    }
  }

  /** On a machine that has far too much to do this client has been seen to wait for an answer for ever: then it tries once more. */
  private ClientSession login() throws IOException {
    for (int left = LOGINS; ; left--) {
      ClientSession session = client.connect("admin", "127.0.0.1", at.sshPort()).verify(LIMIT).getSession();
      session.addPasswordIdentity(at.password());
      try {
        session.auth().verify(LOGIN);
        return session;
      } catch (IOException e) {
        session.close(true);
        if (left == 1) {
          throw e;
        }
      }
    }
  }

  @Override
  public void close() {
    client.stop();
  }
}
