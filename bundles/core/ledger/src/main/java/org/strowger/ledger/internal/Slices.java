package org.strowger.ledger.internal;

/** How much talking time a prepaid call asks for at a time; spec B.6. Seconds. */
enum Slices {
  /** 10, 20, 40 … up to max(200, ACD). */
  INCREMENTAL {
    @Override
    long first(int acd) {
      return CallHold.FIRST_SLICE;
    }

    @Override
    long after(long slice, int acd) {
      return Math.min(2 * slice, Math.max(200, acd));
    }
  },
  /** One ACD of the tariff each time; 5 if that is less. */
  ACD {
    @Override
    long first(int acd) {
      return Math.max(5, acd);
    }

    @Override
    long after(long slice, int acd) {
      return first(acd);
    }
  };

  /** @param acd average call duration of the tariff */
  abstract long first(int acd);

  abstract long after(long slice, int acd);
}
