package org.strowger.rest.internal.login;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.PrivateFile;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Time;
import org.strowger.rest.api.Caller;
import org.strowger.rest.api.Role;
import org.strowger.rest.api.Tokens;

/**
 * Tokens in a file that only its owner reads, one a line: name, role, time, SHA-256 of the secret. The
 * secret is random, so an unsalted hash gives nothing away.
 */
final class TokenFile implements Tokens {

  private static final Logger LOG = LoggerFactory.getLogger(TokenFile.class);
  /** Makes a leaked token recognisable to whoever scans for such. */
  private static final String PREFIX = "strowger_";
  private static final int SECRET_BYTES = 32;
  private static final String NAME = "[A-Za-z0-9._-]{1,64}";

  private record Line(Token token, String hash) {}

  private final Path file;
  private final Time time;
  private final SecureRandom random = new SecureRandom();
  private volatile Map<String, Line> byHash;

  /** @throws UncheckedIOException if the file is there and can't be read */
  TokenFile(Path file, Time time) {
    this.file = file;
    this.time = time;
    this.byHash = read();
  }

  Optional<Caller> find(String secret) {
    Line line = byHash.get(hash(secret));
    return line == null ? Optional.empty() : Optional.of(new Caller("token:" + line.token.name(), line.token.role()));
  }

  @Override
  public synchronized String create(String name, Role role) {
    if (name == null || !name.matches(NAME)) {
      throw new InvalidInput("name", name, "is 1 to 64 letters, digits, '.', '_' or '-'");
    }
    if (byHash.values().stream().anyMatch(line -> line.token.name().equals(name))) {
      throw StrowgerException.duplicate("name", name, "a token has a name of its own; revoke that one first");
    }
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    var changed = new TreeMap<>(byHash);
    changed.put(hash(secret), new Line(new Token(name, role, time.now().truncatedTo(ChronoUnit.SECONDS)), hash(secret)));
    write(changed);
    return secret;
  }

  @Override
  public List<Token> list() {
    return byHash.values().stream().map(Line::token).sorted(Comparator.comparing(Token::name)).toList();
  }

  @Override
  public synchronized void revoke(String name) {
    var changed = new TreeMap<>(byHash);
    if (!changed.values().removeIf(line -> line.token.name().equals(name))) {
      throw StrowgerException.notFound("token", name);
    }
    write(changed);
  }

  private Map<String, Line> read() {
    var lines = new TreeMap<String, Line>();
    if (!Files.exists(file)) {
      return lines;
    }
    try {
      int number = 0;
      for (String text : Files.readAllLines(file)) {
        number++;
        if (!text.isBlank() && !text.startsWith("#")) {
          parse(text).ifPresentOrElse(line -> lines.put(line.hash, line), warn(number));
        }
      }
      return lines;
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
      return parts.length == 4 && parts[3].matches("[0-9a-f]{64}")
          ? Optional.of(new Line(new Token(parts[0], Role.valueOf(parts[1]), Instant.parse(parts[2])), parts[3]))
          : Optional.empty();
    } catch (IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Whole, beside it, then in its place: a crash leaves the old file or the new one. */
  private void write(Map<String, Line> lines) {
    var text = new ArrayList<String>();
    text.add("# Tokens of REST and SOAP: name, role, time, SHA-256. Made by switch:token-create.");
    lines.values().forEach(line -> text.add(line.token.name() + " " + line.token.role() + " " + line.token.created() + " " + line.hash));
    try {
      Files.createDirectories(file.getParent());
      PrivateFile.write(file, String.join("\n", text) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("Can't write the tokens to " + file, e);
    }
    byHash = lines;
  }

  static String hash(String secret) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
