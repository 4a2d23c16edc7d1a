package org.strowger.kernel;

/** What kind of answer a refused operation is, for every door alike. */
public enum ErrorCode {
  /** A value breaks a rule. */
  INVALID,
  /** No such thing. */
  NOT_FOUND,
  /** The name is taken. */
  DUPLICATE,
  /** The state of the thing does not allow it. */
  CONFLICT,
  /** The caller may not. */
  FORBIDDEN,
  /** A part of the switch is away; try again. */
  UNAVAILABLE
}
