package org.strowger.accounts.internal.store;

/**
 * Whose number is nobody's, without the database: hashes of all names that accounts have, and of some that they had or were about to have. Who is not among them is no
 * account; who is may be one. 12 to 32 bytes a name. Threads: any.
 */
final class Names {

  /** About 16 MB. With more accounts nothing is kept, and nobody known to be nobody. */
  static final int MOST = 1_500_000;

  private static final int FEWEST = 1 << 10;

  /** Open addressing; 0 is free. At most three quarters are taken. */
  private long[] hashes = new long[FEWEST];
  private int size;
  private boolean whole;
  private boolean tooMany;

  /** To be told of each new name before it is committed. */
  synchronized void add(String name) {
    if (tooMany) {
      return;
    }
    put(hash(name));
    if (size > MOST) {
      tooMany = true;
      hashes = new long[FEWEST];
    } else if (size > hashes.length / 4 * 3) {
      grow();
    }
  }

  /** All that were committed have been added. */
  synchronized void whole() {
    whole = true;
  }

  synchronized boolean isNobodys(String name) {
    if (!whole || tooMany) {
      return false;
    }
    long hash = hash(name);
    return hashes[place(hash)] != hash;
  }

  /** How many there are; 0 while it is not known who is nobody. */
  synchronized int known() {
    return whole && !tooMany ? size : 0;
  }

  private void grow() {
    long[] before = hashes;
    hashes = new long[2 * before.length];
    size = 0;
    for (long hash : before) {
      if (hash != 0) {
        put(hash);
      }
    }
  }

  private void put(long hash) {
    int place = place(hash);
    if (hashes[place] == 0) {
      hashes[place] = hash;
      size++;
    }
  }

  /** Where it is, or would be. */
  private int place(long hash) {
    int place = (int) hash & hashes.length - 1;
    while (hashes[place] != 0 && hashes[place] != hash) {
      place = place + 1 & hashes.length - 1;
    }
    return place;
  }

  /** FNV-1a, mixed so that its lower bits are as good as any. */
  private static long hash(String name) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ hash >>> 32) * 0x9e3779b97f4a7c15L;
    hash ^= hash >>> 29;
    return hash == 0 ? 1 : hash;
  }
}
