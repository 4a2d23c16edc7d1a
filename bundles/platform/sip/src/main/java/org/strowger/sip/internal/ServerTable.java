package org.strowger.sip.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.strowger.sip.internal.admission.Admission;

/** The server transactions there are, and the bounds of what they keep in memory: of a dialog, of a source, of all. Threads: any. */
final class ServerTable {

  /** What server transactions outside of dialogs may keep of their requests and answers: some 80,000 ordinary ones, a tenth of that with heads of 6 KB. */
  static final long MOST_KEPT = 80 << 20;
  static final long MOST_KEPT_OF_A_SOURCE = 48 << 20;
  /** The same of those within dialogs. */
  static final long MOST_KEPT_WITHIN = 32 << 20;
  static final long MOST_KEPT_WITHIN_OF_A_SOURCE = 16 << 20;
  /** What they may keep of one dialog's: some 100 INFOs in 32 s. */
  static final long MOST_KEPT_OF_A_DIALOG = 100 << 10;
  /** The bounds of a source and of all refuse only a dialog of which more is kept: what others fill ends no ordinary call. */
  static final long FAIR_SHARE_OF_A_DIALOG = 8 << 10;
  /** What a request that came and the one that it made cost at most while they linger, with all that is theirs, as a rule. */
  private static final long COST_OF_A_TRANSACTION = 10 << 10;
  /** Of them, and of those that we made, new ones are refused past it; what belongs to a call that is up never is. They take half of the heap at most. */
  int most = most(Runtime.getRuntime().maxMemory());

  final Map<String, ServerTx> byId = new ConcurrentHashMap<>();
  final Map<String, ServerTx> merged = new ConcurrentHashMap<>();
  /** Those outside of dialogs by source. */
  private final Map<String, Integer> opened = new ConcurrentHashMap<>();
  Owed kept = new Owed(MOST_KEPT, MOST_KEPT_OF_A_SOURCE);
  /** The same of requests within dialogs, but BYE. */
  Owed keptWithin = new Owed(MOST_KEPT_WITHIN, MOST_KEPT_WITHIN_OF_A_SOURCE);
  private final Admission admission;
  private final int maxMessage;

  ServerTable(Admission admission, int maxMessage) {
    this.admission = admission;
    this.maxMessage = maxMessage;
  }

  static int most(long heap) {
    return (int) Math.min(100_000, heap / COST_OF_A_TRANSACTION);
  }

  /** What became of one that was to be added. */
  enum Taken { NEW, KNOWN, FULL }

  Taken add(ServerTx tx) {
    if (tx.kept() > 0 && !owed(tx).add(admission.source(tx.source), tx.kept(), admission.exempts(tx.source))) {
      if (tx.mergeKey != null || tx.dialog.kept() + tx.kept() > 2 * FAIR_SHARE_OF_A_DIALOG) {
        return Taken.FULL;
      }
      keptWithin.count(admission.source(tx.source), tx.kept());
    }
    if (tx.mergeKey == null) {
      tx.dialog.keeps(tx.kept());
    }
    if (byId.putIfAbsent(tx.id.value(), tx) != null) {
      giveBack(tx);
      return Taken.KNOWN;
    }
    if (tx.mergeKey != null) {
      merged.put(tx.mergeKey, tx);
      opened.merge(admission.source(tx.source), 1, Integer::sum);
    }
    return Taken.NEW;
  }

  private Owed owed(ServerTx tx) {
    return tx.mergeKey == null ? keptWithin : kept;
  }

  /** It keeps so much more than it did; that is counted, and never refused. */
  void keepsMore(ServerTx tx, long bytes) {
    owed(tx).change(admission.source(tx.source), bytes);
    if (tx.mergeKey == null) {
      tx.dialog.keeps(bytes);
    }
  }

  /** Whether no request but BYE can be taken within this dialog: each is remembered for 32 s. */
  boolean isFull(Dialog dialog, String host) {
    long kept = dialog.kept();
    return kept >= MOST_KEPT_OF_A_DIALOG
        || kept > FAIR_SHARE_OF_A_DIALOG && !keptWithin.fits(admission.source(host), 3L * maxMessage, admission.exempts(host));
  }

  /** Whether no request that opens something can be taken, of this host or of any. */
  boolean isFull(String host) {
    String source = admission.source(host);
    return byId.size() >= most || !admission.holds(host, opened.getOrDefault(source, 0))
        || !kept.fits(source, 3L * maxMessage, admission.exempts(host));
  }

  private void giveBack(ServerTx tx) {
    owed(tx).remove(admission.source(tx.source), tx.kept());
    if (tx.mergeKey == null) {
      tx.dialog.keeps(-tx.kept());
    }
  }

  void remove(ServerTx tx) {
    if (!byId.remove(tx.id.value(), tx)) {
      return;
    }
    giveBack(tx);
    if (tx.mergeKey != null) {
      merged.remove(tx.mergeKey, tx);
      opened.computeIfPresent(admission.source(tx.source), (source, count) -> count > 1 ? count - 1 : null);
    }
  }

  long bytes() {
    return kept.bytes() + keptWithin.bytes();
  }

  void clear() {
    byId.clear();
    merged.clear();
    opened.clear();
  }
}
