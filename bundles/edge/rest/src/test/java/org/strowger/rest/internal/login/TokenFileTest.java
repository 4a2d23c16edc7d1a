package org.strowger.rest.internal.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;
import org.strowger.passwords.Passwords;
import org.strowger.rest.api.Caller;
import org.strowger.rest.api.Role;
import org.strowger.rest.api.Tokens.Token;

class TokenFileTest {

  @TempDir Path home;
  private final TestClock clock = new TestClock();

  @Test
  void letsInWhoHasTheSecretAlsoAfterARestart() {
    String secret = open().create("robot", Role.ADMIN);
    String reader = open().create("monitor", Role.READ_ONLY);
    TokenFile tokens = open();

    assertThat(tokens.find(secret)).contains(new Caller("token:robot", Role.ADMIN));
    assertThat(tokens.find(reader)).contains(new Caller("token:monitor", Role.READ_ONLY));
    assertThat(tokens.find(secret + "x")).isEmpty();
    assertThat(tokens.find("")).isEmpty();
    assertThat(tokens.list()).containsExactly(new Token("monitor", Role.READ_ONLY, clock.now()), new Token("robot", Role.ADMIN, clock.now()));
  }

  @Test
  void keepsOnlyHashesAndOnlyForItsOwner() throws Exception {
    String secret = open().create("robot", Role.ADMIN);
    assertThat(secret.length()).isGreaterThan(43);
    assertThat(Files.readString(file())).doesNotContain(secret).doesNotContain(secret.substring(9)).doesNotContain(sha256(secret));
    assertThat(Files.readAllLines(file())).last().asString().matches("robot ADMIN 20\\S+Z \\$sha256-generated\\$\\S{22}\\$\\S{43}");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file()))).isEqualTo("rw-------");
    assertThat(Files.list(file().getParent())).containsExactly(file());
  }

  @Test
  void refusesARevokedTokenAtOnce() {
    TokenFile tokens = open();
    String secret = tokens.create("robot", Role.ADMIN);
    tokens.revoke("robot");
    assertThat(tokens.find(secret)).isEmpty();
    assertThat(open().find(secret)).isEmpty();
    assertThatThrownBy(() -> tokens.revoke("robot")).isInstanceOf(StrowgerException.class).hasMessage("there is no token robot");
  }

  @Test
  void makesNoTwoOfOneName() {
    TokenFile tokens = open();
    tokens.create("robot", Role.ADMIN);
    assertThatThrownBy(() -> tokens.create("robot", Role.READ_ONLY)).isInstanceOf(StrowgerException.class).hasMessageContaining("robot");
    assertThat(tokens.list()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\nb", "ä", "../x"})
  void refusesNamesThatWouldBreakTheFile(String name) {
    assertThatThrownBy(() -> open().create(name, Role.ADMIN)).isInstanceOf(InvalidInput.class);
  }

  @Test
  void passesOverLinesThatAreNone() throws Exception {
    String secret = open().create("robot", Role.ADMIN);
    Files.write(file(), List.of("", "# x", "nonsense", "a ADMIN yesterday " + "0".repeat(64), "a ADMIN 2026-11-21T12:00:00Z $argon2id$v=19$m=19456,t=2,p=1$" + "A".repeat(22) + "$" + "A".repeat(43), "a KING 2026-11-21T12:00:00Z " + "0".repeat(64), "a ADMIN 2026-11-21T12:00:00Z 00"),
        java.nio.file.StandardOpenOption.APPEND);
    assertThat(open().list()).hasSize(1);
    assertThat(open().find(secret)).isPresent();
  }

  /** Their hash of a hash: nobody has to come with the token for that, and it goes on working. */
  @Test
  void saltsWhatAnEarlierReleaseWrote() throws Exception {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), "# mine\nrobot ADMIN 2026-11-21T12:00:00Z " + sha256("strowger_old") + "\na later form\nmonitor READ_ONLY 2026-11-21T13:00:00Z " + sha256("strowger_older") + "\n");
    TokenFile tokens = open();
    assertThat(tokens.find("strowger_old")).contains(new Caller("token:robot", Role.ADMIN));
    assertThat(tokens.find("strowger_older")).contains(new Caller("token:monitor", Role.READ_ONLY));
    assertThat(tokens.find(sha256("strowger_old"))).as("who read the old file").isEmpty();
    assertThat(Files.readString(file())).startsWith("# mine\nrobot ADMIN 2026-11-21T12:00:00Z $sha256$sha256-generated$").contains("\na later form\n")
        .doesNotContain(sha256("strowger_old"), sha256("strowger_older"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file()))).isEqualTo("rw-------");

    String once = Files.readString(file());
    assertThat(open().find("strowger_old")).contains(new Caller("token:robot", Role.ADMIN));
    assertThat(Files.readString(file())).isEqualTo(once);
    tokens.revoke("robot");
    assertThat(open().list()).extracting(Token::name).containsExactly("monitor");
  }

  @Test
  void takesOldTokensThoughTheFileCannotBeWritten() throws Exception {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), "robot ADMIN 2026-11-21T12:00:00Z " + sha256("strowger_old") + "\n");
    // In the place of the file that is written first.
    Files.createDirectories(file().resolveSibling("tokens.half/x"));
    assertThat(open().find("strowger_old")).contains(new Caller("token:robot", Role.ADMIN));
    assertThat(Files.readString(file())).contains(sha256("strowger_old"));
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private TokenFile open() {
    return new TokenFile(file(), clock, new Passwords());
  }

  private Path file() {
    return home.resolve("keys/tokens");
  }
}
