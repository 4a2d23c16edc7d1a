package org.strowger.accounts.spi;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Header;

/**
 * Declares a record as the settings a feature adds to accounts. That is all a feature does: the bundle
 * gets a header naming the record, and while the bundle is active every door shows the section.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Header(name = AccountSettings.HEADER, value = "${@class}")
public @interface AccountSettings {

  /** Bundle header that lists the records, separated by commas. */
  String HEADER = "Strowger-Account-Settings";

  /** Id of the feature, lower case with hyphens: {@code dncl}. */
  String feature();

  /** Heading on the account page. */
  String section();

  /** Of the record; raise it when stored documents need {@link AccountFeature#upgrade}. */
  int version() default 1;
}
