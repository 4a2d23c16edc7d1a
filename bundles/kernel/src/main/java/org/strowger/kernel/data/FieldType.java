package org.strowger.kernel.data;

/** The types that plain data has, and how each is written in JSON. */
public enum FieldType {
  /** String. */
  TEXT,
  /** Boolean. */
  FLAG,
  /** Integer number. */
  INTEGER,
  /** Exact decimal, written as a string so that no reader makes it a double. */
  DECIMAL,
  /** Object of {@code amount} (decimal string) and {@code currency} (ISO 4217). */
  MONEY,
  /** ISO 8601, UTC: {@code 2026-11-21T12:00:00Z}. */
  INSTANT,
  /** Whole seconds, an integer number. */
  SECONDS,
  /** One of {@link FieldSchema#choices()}, a string. */
  CHOICE,
  /** A record: {@link FieldSchema#fields()}. */
  OBJECT,
  /** A list of {@link FieldSchema#element()}. */
  LIST
}
