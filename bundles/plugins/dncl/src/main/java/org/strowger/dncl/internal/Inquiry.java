package org.strowger.dncl.internal;

import java.util.concurrent.CompletableFuture;
import org.strowger.dncl.internal.DncLists.Answer;
import org.strowger.dncl.internal.DncLists.Known;
import org.strowger.plugins.api.Asker;
import org.strowger.plugins.api.Guarded;
import org.strowger.plugins.api.Guarded.Failed;

/** One question to one list: whatever the list does, there is one answer. */
final class Inquiry implements Asker<Boolean> {

  private final DncLists lists;
  private final Known list;
  private final String digits;
  private final CompletableFuture<Answer> answer;
  /** Whether it may be put to a successor, should the list leave. */
  private final boolean first;

  Inquiry(DncLists lists, Known list, String digits, CompletableFuture<Answer> answer, boolean first) {
    this.lists = lists;
    this.list = list;
    this.digits = digits;
    this.answer = answer;
    this.first = first;
  }

  /** One of our own, which has all in memory, on this thread; another's on one of its lane. */
  void put() {
    if (list.lane() == null) {
      ask();
    } else if (!list.lane().offer(this::ask)) {
      unknown("too many questions wait for it");
    }
  }

  private void ask() {
    lists.plugins().askLater(list.plugin(), source -> source.lists(digits), this);
  }

  @Override
  public void answered(Guarded<Boolean> given) {
    if (given instanceof Failed<Boolean> failed) {
      unknown(failed.why());
    } else {
      answer.complete(((Guarded.Answered<Boolean>) given).value() ? new Answer.Listed(list.name()) : DncLists.CLEAR);
    }
  }

  /** A list that is not there decides nothing; the next build of it may be there already. */
  private void unknown(String why) {
    if (answer.isDone()) {
      return;
    }
    if (!lists.hasLeft(list)) {
      answer.complete(DncLists.unknown(list, why));
      return;
    }
    Known next = first ? lists.find(list.name(), list.side()) : null;
    if (next == null) {
      answer.complete(lists.gone(list, why));
    } else {
      new Inquiry(lists, next, digits, answer, false).put();
    }
  }

  /** Who waits for the answer goes on on threads of its own: this is brief. */
  @Override
  public void later(Runnable then) {
    then.run();
  }

  @Override
  public void lost(Thread stuck, Runnable then) {
    lists.lost(list, stuck, then);
  }
}
