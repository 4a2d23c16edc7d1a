package org.strowger.rest.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.strowger.rest.api.Endpoint;

/** Which endpoint serves a path. A word in a path goes before a {name}. Immutable. */
final class Routes {

  static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");
  private static final Pattern PATH = Pattern.compile("(/([A-Za-z0-9._~-]+|\\{[A-Za-z][A-Za-z0-9]*}))+");

  /** What a resource offers, under its tag. */
  record Offer(String tag, List<Endpoint> endpoints) {

    /** @throws IllegalArgumentException naming an endpoint that can't be published */
    Offer {
      endpoints = List.copyOf(endpoints);
      for (Endpoint endpoint : endpoints) {
        if (!METHODS.contains(endpoint.method()) || !PATH.matcher(endpoint.path()).matches() || endpoint.role() == null || endpoint.handler() == null) {
          throw new IllegalArgumentException(tag + " offers " + endpoint.method() + " " + endpoint.path()
              + ": a method is one of " + new TreeSet<>(METHODS) + ", a path is /words/and/{names}, a role and a handler are there");
        }
      }
    }
  }

  /** @param path values of the {names} */
  record Found(Endpoint endpoint, Map<String, String> path) {}

  private static final class Node {
    private final Map<String, Node> words = new HashMap<>();
    private final Map<String, Endpoint> endpoints = new TreeMap<>();
    private Node any;
  }

  private final Node root = new Node();
  private final List<Offer> offers;

  /** @param offers where two have the same method and path, the later one serves it: it came to replace the other */
  Routes(List<Offer> offers) {
    this.offers = List.copyOf(offers);
    for (Offer offer : offers) {
      for (Endpoint endpoint : offer.endpoints) {
        Node node = root;
        for (String segment : endpoint.path().substring(1).split("/")) {
          if (segment.startsWith("{")) {
            node.any = node.any == null ? new Node() : node.any;
            node = node.any;
          } else {
            node = node.words.computeIfAbsent(segment, word -> new Node());
          }
        }
        node.endpoints.put(endpoint.method(), endpoint);
      }
    }
  }

  List<Offer> offers() {
    return offers;
  }

  /**
   * @param segments of the path below {@code /api/v1}, decoded
   * @throws Refusal 404, or 405 with the methods there are
   */
  Found find(String method, List<String> segments) {
    var matching = new ArrayList<Node>();
    collect(root, segments, 0, matching);
    var allowed = new TreeSet<String>();
    for (Node node : matching) {
      Endpoint endpoint = node.endpoints.get(method);
      if (endpoint != null) {
        return new Found(endpoint, names(endpoint, segments));
      }
      allowed.addAll(node.endpoints.keySet());
    }
    if (allowed.isEmpty()) {
      throw Refusal.notFound("/" + String.join("/", segments));
    }
    allowed.add("OPTIONS");
    if (allowed.contains("GET")) {
      allowed.add("HEAD");
    }
    Refusal refusal = Refusal.methodNotAllowed(method, String.join(", ", allowed));
    throw allowed.contains("PATCH") ? refusal.with("Accept-Patch", Incoming.ACCEPT_PATCH) : refusal;
  }

  private static void collect(Node node, List<String> segments, int at, List<Node> matching) {
    if (at == segments.size()) {
      if (!node.endpoints.isEmpty()) {
        matching.add(node);
      }
      return;
    }
    Node word = node.words.get(segments.get(at));
    if (word != null) {
      collect(word, segments, at + 1, matching);
    }
    if (node.any != null && !segments.get(at).isEmpty()) {
      collect(node.any, segments, at + 1, matching);
    }
  }

  private static Map<String, String> names(Endpoint endpoint, List<String> segments) {
    var names = new LinkedHashMap<String, String>();
    String[] declared = endpoint.path().substring(1).split("/");
    for (int i = 0; i < declared.length; i++) {
      if (declared[i].startsWith("{")) {
        names.put(declared[i].substring(1, declared[i].length() - 1), segments.get(i));
      }
    }
    return names;
  }
}
