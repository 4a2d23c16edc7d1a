package org.strowger.phone;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Answers challenges and counts the uses of each nonce. Used under the agent's lock. */
final class ClientDigest {

  private final Settings settings;
  private final Map<String, Digest.Challenge> latest = new HashMap<>();
  private final Map<String, Long> counts = new HashMap<>();

  ClientDigest(Settings settings) {
    this.settings = settings;
  }

  /** The request with credentials for the challenge; empty when there is no password or the credentials were refused. */
  Optional<SipMessage> answer(SipMessage request, SipMessage response) {
    Optional<Digest.Challenge> chosen = choose(Digest.Challenge.of(response));
    if (settings.password() == null || chosen.isEmpty()) {
      return Optional.empty();
    }
    Digest.Challenge challenge = chosen.get();
    boolean tried = request.headers(challenge.header()).stream()
        .anyMatch(value -> Digest.params(value).getOrDefault("realm", "").equals(challenge.realm()));
    if (tried && !challenge.stale()) {
      return Optional.empty();
    }
    latest.clear();
    latest.put(challenge.header(), challenge);
    return Optional.of(credentials(request, challenge));
  }

  private Optional<Digest.Challenge> choose(List<Digest.Challenge> challenges) {
    List<Digest.Challenge> known = challenges.stream().filter(c -> c.algorithm() != null).toList();
    if (settings.algorithm() != null) {
      return known.stream().filter(c -> c.algorithm() == settings.algorithm()).findFirst();
    }
    return known.stream().findFirst();
  }

  private SipMessage credentials(SipMessage request, Digest.Challenge challenge) {
    if (counts.size() > 10_000) {
      counts.clear();
    }
    long count = counts.merge(challenge.nonce(), 1L, Long::sum);
    String cnonce = UUID.randomUUID().toString().substring(0, 8);
    return request.withOnly(challenge.header(), Digest.authorization(challenge, settings.authUser(), settings.password(),
        request.method(), request.uri(), count, cnonce));
  }

  /** The request with credentials for the nonce of the last challenge, when the phone uses nonces again. */
  SipMessage again(SipMessage request) {
    if (!settings.reuseNonce()) {
      return request;
    }
    SipMessage prepared = request;
    for (Digest.Challenge challenge : latest.values()) {
      prepared = credentials(prepared, challenge);
    }
    return prepared;
  }
}
