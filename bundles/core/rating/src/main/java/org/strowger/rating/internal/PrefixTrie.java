package org.strowger.rating.internal;

import java.util.Arrays;

/**
 * Sorted prefixes as a trie in four arrays: the children of a node lie side by side, in order of their
 * character. Immutable.
 */
final class PrefixTrie {

  static final int ROOT = 0;
  static final int NO_NODE = -1;
  static final int NO_ENTRY = -1;

  /** Children of node n are nodes firstChild[n] to firstChild[n + 1] exclusive. */
  private final int[] firstChild;
  private final char[] character;
  private final int[] entry;

  private PrefixTrie(int[] firstChild, char[] character, int[] entry) {
    this.firstChild = firstChild;
    this.character = character;
    this.entry = entry;
  }

  /** @param sorted not empty strings in order of {@link String#compareTo}; repeated ones belong to the first */
  static PrefixTrie of(String[] sorted) {
    var building = new Building(sorted);
    return building.breadthFirst();
  }

  /** The child of a node by a character, or {@link #NO_NODE}. */
  int child(int node, char c) {
    for (int i = firstChild[node], end = firstChild[node + 1]; i < end; i++) {
      if (character[i] == c) {
        return i;
      }
    }
    return NO_NODE;
  }

  /** Index of the first prefix that ends at a node, or {@link #NO_ENTRY}. */
  int entry(int node) {
    return entry[node];
  }

  /** Lays the nodes out level by level: a node is a range of prefixes that begin alike. */
  private static final class Building {

    private final String[] sorted;
    private int[] from = new int[16];
    private int[] to = new int[16];
    private int[] depth = new int[16];
    private char[] character = new char[16];
    private int[] firstChild = new int[17];
    private int[] entry = new int[16];
    private int nodes;

    Building(String[] sorted) {
      this.sorted = sorted;
    }

    PrefixTrie breadthFirst() {
      add(0, sorted.length, 0, '\0');
      for (int node = 0; node < nodes; node++) {
        int begin = from[node];
        int end = to[node];
        int level = depth[node];
        boolean ends = level > 0 && sorted[begin].length() == level;
        entry[node] = ends ? begin : NO_ENTRY;
        while (begin < end && sorted[begin].length() == level) {
          begin++;
        }
        firstChild[node] = nodes;
        while (begin < end) {
          char c = sorted[begin].charAt(level);
          int next = begin + 1;
          while (next < end && sorted[next].charAt(level) == c) {
            next++;
          }
          add(begin, next, level + 1, c);
          begin = next;
        }
      }
      firstChild[nodes] = nodes;
      return new PrefixTrie(Arrays.copyOf(firstChild, nodes + 1), Arrays.copyOf(character, nodes), Arrays.copyOf(entry, nodes));
    }

    private void add(int begin, int end, int level, char c) {
      if (nodes == from.length) {
        int larger = nodes * 2;
        from = Arrays.copyOf(from, larger);
        to = Arrays.copyOf(to, larger);
        depth = Arrays.copyOf(depth, larger);
        character = Arrays.copyOf(character, larger);
        entry = Arrays.copyOf(entry, larger);
        firstChild = Arrays.copyOf(firstChild, larger + 1);
      }
      from[nodes] = begin;
      to[nodes] = end;
      depth[nodes] = level;
      character[nodes] = c;
      nodes++;
    }
  }
}
