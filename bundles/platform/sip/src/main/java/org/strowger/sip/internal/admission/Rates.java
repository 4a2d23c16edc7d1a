package org.strowger.sip.internal.admission;

/**
 * How many requests a source opens in a second. A bucket of tokens each, kept as the one time at which it will be full
 * again. Who is over it is told so as often again as it may ask; past that it hears nothing. Threads: any.
 */
final class Rates {

  /** Sources remembered: some 2 MB. */
  private static final int MOST = 20_000;

  private static final class Bucket {
    private long full;
    private long told;

    private synchronized Admission.Pass take(long now, long each, long whole) {
      if (fits(full, now, each, whole)) {
        full = Math.max(full, now) + each;
        return Admission.Pass.TAKE;
      }
      if (fits(told, now, each, whole)) {
        told = Math.max(told, now) + each;
        return Admission.Pass.REFUSE;
      }
      return Admission.Pass.IGNORE;
    }

    private static boolean fits(long full, long now, long each, long whole) {
      return Math.max(full, now) + each - now <= whole;
    }
  }

  private final Recent<Bucket> buckets = new Recent<>(MOST);

  /**
   * @param now nanoseconds since some time before all requests
   * @param perSecond 0 for no limit
   * @param burst how many may come at once
   */
  Admission.Pass take(String source, long now, int perSecond, int burst) {
    if (perSecond == 0) {
      return Admission.Pass.TAKE;
    }
    long each = 1_000_000_000L / perSecond;
    return buckets.get(source, Bucket::new).take(now, each, each * burst);
  }

  int size() {
    return buckets.size();
  }
}
