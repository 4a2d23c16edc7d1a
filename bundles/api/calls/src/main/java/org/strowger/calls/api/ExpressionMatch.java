package org.strowger.calls.api;

import java.util.Arrays;
import org.strowger.calls.api.Expression.Again;
import org.strowger.calls.api.Expression.Choice;
import org.strowger.calls.api.Expression.Edge;
import org.strowger.calls.api.Expression.Group;
import org.strowger.calls.api.Expression.Look;
import org.strowger.calls.api.Expression.Node;
import org.strowger.calls.api.Expression.One;
import org.strowger.calls.api.Expression.Repeat;
import org.strowger.calls.api.Expression.Sequence;

/** Looks for an expression in a number, counting each step. One thread. */
final class ExpressionMatch {

  /** What is left of a rule's steps. One thread. */
  static final class Steps {
    private int left = TranslationRule.MAX_STEPS;

    void take(int steps) {
      left -= steps;
      if (left < 0) {
        throw new TranslationRule.TooHard("translation took more than " + TranslationRule.MAX_STEPS + " steps");
      }
    }
  }

  /** What is tried after a node has matched up to a place. */
  private interface Then {
    boolean at(int place);
  }

  private static final int MAX_DEPTH = 1_500;

  private final Expression expression;
  private final String text;
  private final Steps steps;
  private final int[] starts;
  private final int[] ends;
  private int depth;

  ExpressionMatch(Expression expression, String text, Steps steps) {
    this.expression = expression;
    this.text = text;
    this.steps = steps;
    this.starts = new int[expression.groups() + 1];
    this.ends = new int[expression.groups() + 1];
  }

  /**
   * The first match that begins at {@code from} or later.
   *
   * @param notEmptyHere whether a match at {@code from} must take a character, as after an empty match there (Python)
   */
  boolean find(int from, boolean notEmptyHere) {
    for (int i = from; i <= text.length(); i++) {
      int start = i;
      Arrays.fill(starts, -1);
      if (match(expression.root(), start, end -> ends(start, end, notEmptyHere && start == from))) {
        return true;
      }
    }
    return false;
  }

  private boolean ends(int start, int end, boolean notEmpty) {
    if (notEmpty && start == end) {
      return false;
    }
    starts[0] = start;
    ends[0] = end;
    return true;
  }

  int start() {
    return starts[0];
  }

  int end() {
    return ends[0];
  }

  /** What a group captured; empty if it took no part. */
  String group(int number) {
    return starts[number] < 0 ? "" : text.substring(starts[number], ends[number]);
  }

  private boolean match(Node node, int at, Then then) {
    steps.take(1);
    if (++depth > MAX_DEPTH) {
      throw new TranslationRule.TooHard("translation item nests too deeply for this number");
    }
    boolean matched = switchOn(node, at, then);
    depth--;
    return matched;
  }

  private boolean switchOn(Node node, int at, Then then) {
    if (node instanceof One one) {
      return at < text.length() && one.set().has(text.charAt(at)) && then.at(at + 1);
    } else if (node instanceof Sequence sequence) {
      return part(sequence, 0, at, then);
    } else if (node instanceof Repeat repeat) {
      return repeat.body() instanceof One one ? run(repeat, one.set(), at, then) : loop(repeat, 0, at, then);
    } else if (node instanceof Group group) {
      return match(group.body(), at, end -> captured(group.number(), at, end, then));
    } else if (node instanceof Choice choice) {
      for (Node alternative : choice.alternatives()) {
        if (match(alternative, at, then)) {
          return true;
        }
      }
      return false;
    } else if (node instanceof Again again) {
      return again(again.group(), at, then);
    } else if (node instanceof Look look) {
      return look(look, at, then);
    }
    return edge((Edge) node, at) && then.at(at);
  }

  private boolean part(Sequence sequence, int index, int at, Then then) {
    return index == sequence.parts().size() ? then.at(at) : match(sequence.parts().get(index), at, end -> part(sequence, index + 1, end, then));
  }

  private boolean captured(int number, int start, int end, Then then) {
    int startBefore = starts[number];
    int endBefore = ends[number];
    starts[number] = start;
    ends[number] = end;
    if (then.at(end)) {
      return true;
    }
    starts[number] = startBefore;
    ends[number] = endBefore;
    return false;
  }

  /** A repeat of one character: without a level for each. */
  private boolean run(Repeat repeat, Characters set, int at, Then then) {
    int most = Math.min(repeat.max(), text.length() - at);
    int taken = 0;
    int wanted = repeat.lazy() ? repeat.min() : most;
    while (true) {
      while (taken < wanted && taken < most && set.has(text.charAt(at + taken))) {
        steps.take(1);
        taken++;
      }
      if (taken < repeat.min()) {
        return false;
      }
      if (!repeat.lazy()) {
        break;
      }
      if (taken < wanted) {
        return false;
      }
      steps.take(1);
      if (then.at(at + taken)) {
        return true;
      }
      if (++wanted > most) {
        return false;
      }
    }
    for (; taken >= repeat.min(); taken--) {
      steps.take(1);
      if (then.at(at + taken)) {
        return true;
      }
    }
    return false;
  }

  private boolean loop(Repeat repeat, int count, int at, Then then) {
    steps.take(1);
    if (count < repeat.min()) {
      return match(repeat.body(), at, end -> loop(repeat, count + 1, end, then));
    }
    if (repeat.lazy() && then.at(at)) {
      return true;
    }
    // An iteration that took nothing would go on for ever.
    boolean more = count < repeat.max() && match(repeat.body(), at, end -> end != at && loop(repeat, count + 1, end, then));
    return more || !repeat.lazy() && then.at(at);
  }

  private boolean again(int group, int at, Then then) {
    if (starts[group] < 0) {
      return false;
    }
    int length = ends[group] - starts[group];
    steps.take(length);
    return text.regionMatches(at, text, starts[group], length) && then.at(at + length);
  }

  private boolean look(Look look, int at, Then then) {
    int[] startsBefore = starts.clone();
    int[] endsBefore = ends.clone();
    steps.take(starts.length);
    int from = look.width() < 0 ? at : at - look.width();
    boolean seen = from >= 0 && match(look.body(), from, end -> look.width() < 0 || end == at);
    if (seen != look.negative() && then.at(at)) {
      return true;
    }
    System.arraycopy(startsBefore, 0, starts, 0, starts.length);
    System.arraycopy(endsBefore, 0, ends, 0, ends.length);
    return false;
  }

  private boolean edge(Edge edge, int at) {
    return switch (edge) {
      case BEGIN -> at == 0;
      case END -> at == text.length() || at == text.length() - 1 && text.charAt(at) == '\n';
      case VERY_END -> at == text.length();
      case WORD -> isWordEdge(at);
      case NO_WORD -> !isWordEdge(at);
    };
  }

  private boolean isWordEdge(int at) {
    boolean before = at > 0 && Characters.isWord(text.charAt(at - 1));
    boolean after = at < text.length() && Characters.isWord(text.charAt(at));
    return before != after;
  }
}
