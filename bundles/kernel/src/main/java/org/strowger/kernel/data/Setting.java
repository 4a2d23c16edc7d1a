package org.strowger.kernel.data;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What people and programs are told about one component of a record: the one declaration that
 * validation, storage, REST and OpenAPI, SOAP, the shell and the portal read. A component without it
 * is required, is labelled by its name and has no further rule than its type.
 *
 * <p>It goes onto the component's field too because bnd looks there, not at components: without that a
 * bundle would not import this package, and Java passes over annotations whose class it does not find.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD})
public @interface Setting {

  /** What forms call it. Empty: made from the component's name. */
  String label() default "";

  /** One sentence for the person who sets it. */
  String help() default "";

  /** May be absent or null; the component is then null, or {@link #initial()} if that is given. */
  boolean optional() default false;

  /** The value it has when nobody set it, as text; makes it optional. {@code true}, {@code 30}, {@code USD}. */
  String initial() default "";

  /** Least number, or least number of characters of a text, or least size of a list. */
  long min() default Long.MIN_VALUE;

  /** Greatest number, or most characters of a text (default 256), or greatest size of a list. */
  long max() default Long.MAX_VALUE;

  /** A regular expression that a whole text must match; keep it linear. */
  String pattern() default "";

  /** Never shown, logged or exported in clear. */
  boolean secret() default false;

  /** People may search for it. */
  boolean searchable() default false;
}
