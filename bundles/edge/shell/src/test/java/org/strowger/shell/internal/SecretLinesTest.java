package org.strowger.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With Karaf's own language: the names of all threads while a command runs. */
class SecretLinesTest {

  private final List<String> names = new CopyOnWriteArrayList<>();
  private final ThreadIOImpl threads = new ThreadIOImpl();
  private final CommandProcessorImpl language = new CommandProcessorImpl(threads);
  private final CommandSession session = language.createSession(new ByteArrayInputStream(new byte[0]), new ByteArrayOutputStream(), new ByteArrayOutputStream());

  @BeforeEach
  void start() {
    threads.start();
    Function create = (current, arguments) -> {
      Thread.getAllStackTraces().keySet().forEach(thread -> names.add(thread.getName()));
      return null;
    };
    language.addCommand("account", create, "create");
  }

  @AfterEach
  void stop() {
    session.close();
    language.stop();
    threads.stop();
  }

  @Test
  void withoutItALineIsTheNameOfAThread() throws Exception {
    session.execute("account:create --voip-password Sup3rSecretPw98 890 P");
    assertThat(names).contains("pipe-account:create --voip-password Sup3rSecretPw98 890 P");
  }

  @ParameterizedTest
  @ValueSource(strings = {"account:create --voip-password Sup3rSecretPw98 890 P", " account:create\t--voip-password Sup3rSecretPw98", "account:create Sup3rSecretPw98 | account:create Sup3rSecretPw98",
      "account:create 'Sup3rSecretPw98'; account:create x Sup3rSecretPw98", "account:create (account:create Sup3rSecretPw98)", "x = Sup3rSecretPw98; account:create $x"})
  void onlyTheNameOfTheCommandIsTheNameOfItsThread(String line) throws Exception {
    language.addListener(new SecretLines());
    session.execute(line);
    assertThat(names).contains("pipe-account:create").noneMatch(name -> name.contains("Sup3r"));
  }

  @Test
  void aLineWithAPasswordIsNotKeptInTheHistoryAndAnOperatorsOwnRuleStays() throws Exception {
    var lines = new SecretLines();
    lines.beforeExecute(session, "account:list");
    assertThat(session.get("history-ignore")).isEqualTo("*assword*:*ecret*");
    session.put("history-ignore", "*x*");
    lines.beforeExecute(session, "account:list");
    assertThat(session.get("history-ignore")).isEqualTo("*x*");
  }
}
