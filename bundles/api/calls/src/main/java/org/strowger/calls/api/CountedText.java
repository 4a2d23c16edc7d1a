package org.strowger.calls.api;

/** Text that a matcher reads only so often: java.util.regex has no limit of its own. */
record CountedText(String text, Steps steps) implements CharSequence {

  /** What is left. One matcher, one thread. */
  static final class Steps {
    private int left;

    Steps(int left) {
      this.left = left;
    }

    void take() {
      if (--left < 0) {
        throw new TranslationRule.TooHard("translation took more than " + TranslationRule.MAX_STEPS + " steps");
      }
    }
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public char charAt(int index) {
    steps.take();
    return text.charAt(index);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return new CountedText(text.substring(start, end), steps);
  }

  @Override
  public String toString() {
    return text;
  }
}
