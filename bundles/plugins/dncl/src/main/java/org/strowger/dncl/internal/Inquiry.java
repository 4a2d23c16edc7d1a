package org.strowger.dncl.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
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
  private final AtomicBoolean passedOn = new AtomicBoolean();

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
    boolean missed = lists.isMissed(list);
    Known next = first ? successor() : null;
    if (next == null) {
      // Looked at twice: it may have come, or gone, while its successor was looked for.
      answer.complete(missed || lists.isMissed(list) ? DncLists.refused(list, why) : DncLists.CLEAR);
    } else if (passedOn.compareAndSet(false, true)) {
      new Inquiry(lists, next, digits, answer, false).put();
    }
  }

  private Known successor() {
    return lists.find(list.name(), list.side());
  }

  /** Its time is over. @return whether its successor, who is asked only now, may have some more */
  boolean late(String why) {
    if (!passedOn.get()) {
      unknown(why);
      return !answer.isDone();
    }
    Known next = successor();
    boolean missed = lists.isMissed(list);
    answer.complete(next != null ? DncLists.unknown(next, why) : missed ? DncLists.refused(list, why) : DncLists.CLEAR);
    return false;
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
