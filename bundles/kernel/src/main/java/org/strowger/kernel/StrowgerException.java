package org.strowger.kernel;

/**
 * A refusal that the caller should read: no stack trace belongs at a door, the message says what was
 * wrong and what would be right. Never holds a secret.
 */
public class StrowgerException extends RuntimeException {

  private final ErrorCode code;

  public StrowgerException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  public StrowgerException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public static StrowgerException notFound(String what, Object name) {
    return new StrowgerException(ErrorCode.NOT_FOUND, "there is no " + what + " " + name);
  }

  public static StrowgerException duplicate(String field, Object value, String rule) {
    return new StrowgerException(ErrorCode.DUPLICATE, field + " '" + value + "' is taken: " + rule);
  }

  public static StrowgerException conflict(String message) {
    return new StrowgerException(ErrorCode.CONFLICT, message);
  }

  public ErrorCode code() {
    return code;
  }
}
