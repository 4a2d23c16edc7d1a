package org.strowger.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import org.apache.felix.service.command.CommandSession;
import org.apache.karaf.shell.support.CommandException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;

class ShellFailuresTest {

  private final ByteArrayOutputStream console = new ByteArrayOutputStream();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final PrintStream before = System.err;
  private final CommandSession session = (CommandSession) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {CommandSession.class},
      (proxy, method, arguments) -> method.getName().equals("getConsole") ? new PrintStream(console, true, StandardCharsets.UTF_8) : null);
  private final ShellFailures failures = new ShellFailures();

  @BeforeEach
  void takeTheLog() {
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void giveItBack() {
    System.setErr(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"call:simulate 1001 1416 --cli 44", "account:show 1001 --json", " account:list --search a 1001 -l 5 "})
  void saysThatOptionsStandFirst(String typed) {
    failures.afterExecute(session, typed, tooMany());
    assertThat(console.toString(StandardCharsets.UTF_8)).isEqualTo("Options stand before the arguments: " + typed.strip().split(" ")[0] + " [options] [arguments]" + System.lineSeparator());
    assertThat(log.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"account:show 1001 1002", "account:show --json 1001 1002", "account:show"})
  void saysNothingOfOptionsWhereTheyAreNotTheFault(String typed) {
    failures.afterExecute(session, typed, tooMany());
    failures.afterExecute(session, "account:show 1001 --json", new InvalidInput("name", "1001", "is taken"));
    assertThat(console.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void refusalsAreNotLoggedAndBugsAreWithoutTheirArguments() {
    failures.afterExecute(session, "account:show 9", StrowgerException.notFound("account", 9));
    failures.afterExecute(session, "account:show", new InvalidInput("name", null, "is required"));
    failures.afterExecute(session, "bundle:list", new SecurityException("Insufficient credentials"));
    assertThat(log.toString(StandardCharsets.UTF_8)).isEmpty();

    failures.afterExecute(session, "account:password 1001 geheim", new IllegalStateException("a bug"));
    assertThat(log.toString(StandardCharsets.UTF_8)).contains("The command account:password failed").contains("IllegalStateException: a bug").doesNotContain("geheim");
  }

  private static Exception tooMany() {
    return new CommandException("Error executing command: too many arguments specified", "Too many arguments specified");
  }
}
