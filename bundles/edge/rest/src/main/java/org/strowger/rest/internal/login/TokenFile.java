package org.strowger.rest.internal.login;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.PrivateFile;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Time;
import org.strowger.passwords.Passwords;
import org.strowger.rest.api.Caller;
import org.strowger.rest.api.Role;
import org.strowger.rest.api.Tokens;

/**
 * Tokens in a file that only its owner reads, one a line: name, role, time, salted SHA-256 of the secret. Who comes with a token is compared with each: one hash a token.
 * Of tokens that an earlier release made the file had an unsalted hash; the first reading puts the salted hash of that in its place.
 */
final class TokenFile implements Tokens {

  private static final Logger LOG = LoggerFactory.getLogger(TokenFile.class);
  /** Makes a leaked token recognisable to whoever scans for such. */
  private static final String PREFIX = "strowger_";
  private static final int SECRET_BYTES = 32;
  private static final int MAX_SECRET = 256;
  private static final String NAME = "[A-Za-z0-9._-]{1,64}";

  private record Line(Token token, String hash) {}

  private final Path file;
  private final Time time;
  private final Passwords passwords;
  private final SecureRandom random = new SecureRandom();
  private volatile List<Line> lines;

  /** @throws UncheckedIOException if the file is there and can't be read */
  TokenFile(Path file, Time time, Passwords passwords) {
    this.file = file;
    this.time = time;
    this.passwords = passwords;
    this.lines = salted(read());
  }

  /** Nothing else in the file is touched. */
  private List<Line> salted(List<Line> read) {
    if (read.stream().noneMatch(line -> Passwords.isUnsalted(line.hash))) {
      return read;
    }
    var salted = new ArrayList<Line>();
    try {
      String text = Files.readString(file);
      for (Line line : read) {
        String hash = Passwords.isUnsalted(line.hash) ? Passwords.hashUnsaltedGenerated(line.hash) : line.hash;
        text = text.replace(line.hash, hash);
        salted.add(new Line(line.token, hash));
      }
      PrivateFile.write(file, text);
      return List.copyOf(salted);
    } catch (IOException e) {
      LOG.warn("Can't write {} ({}): the tokens that an earlier release put there stay without a salt, and are taken", file, e.getMessage());
      return read;
    }
  }

  Optional<Caller> find(String secret) {
    if (secret.length() > MAX_SECRET) {
      return Optional.empty();
    }
    return lines.stream().filter(line -> passwords.matches(secret, line.hash)).findFirst().map(line -> new Caller("token:" + line.token.name(), line.token.role()));
  }

  @Override
  public synchronized String create(String name, Role role) {
    if (name == null || !name.matches(NAME)) {
      throw new InvalidInput("name", name, "is 1 to 64 letters, digits, '.', '_' or '-'");
    }
    if (lines.stream().anyMatch(line -> line.token.name().equals(name))) {
      throw StrowgerException.duplicate("name", name, "a token has a name of its own; revoke that one first");
    }
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    var changed = new ArrayList<>(lines);
    changed.add(new Line(new Token(name, role, time.now().truncatedTo(ChronoUnit.SECONDS)), Passwords.hashGenerated(secret)));
    write(changed);
    return secret;
  }

  @Override
  public List<Token> list() {
    return lines.stream().map(Line::token).sorted(Comparator.comparing(Token::name)).toList();
  }

  @Override
  public synchronized void revoke(String name) {
    var changed = new ArrayList<>(lines);
    if (!changed.removeIf(line -> line.token.name().equals(name))) {
      throw StrowgerException.notFound("token", name);
    }
    write(changed);
  }

  private List<Line> read() {
    var found = new ArrayList<Line>();
    if (!Files.exists(file)) {
      return found;
    }
    try {
      int number = 0;
      for (String text : Files.readAllLines(file)) {
        number++;
        if (!text.isBlank() && !text.startsWith("#")) {
          parse(text).ifPresentOrElse(found::add, warn(number));
        }
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException("Can't read the tokens in " + file, e);
    }
  }

  private Runnable warn(int number) {
    return () -> LOG.warn("Line {} of {} is no token: name, role, time, hash; passed over", number, file);
  }

  private static Optional<Line> parse(String text) {
    String[] parts = text.trim().split("\\s+");
    try {
      return parts.length == 4 && (parts[3].matches("[0-9a-f]{64}") || Passwords.isSalted(parts[3]) && Passwords.isGenerated(parts[3]))
          ? Optional.of(new Line(new Token(parts[0], Role.valueOf(parts[1]), Instant.parse(parts[2])), parts[3]))
          : Optional.empty();
    } catch (IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Whole, beside it, then in its place: a crash leaves the old file or the new one. */
  private void write(List<Line> changed) {
    var text = new ArrayList<String>();
    text.add("# Tokens of REST and SOAP: name, role, time, salted SHA-256. Made by switch:token-create.");
    changed.forEach(line -> text.add(line.token.name() + " " + line.token.role() + " " + line.token.created() + " " + line.hash));
    try {
      Files.createDirectories(file.getParent());
      PrivateFile.write(file, String.join("\n", text) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("Can't write the tokens to " + file, e);
    }
    lines = List.copyOf(changed);
  }
}
