package org.strowger.calls.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.SettingsDocument;
import org.strowger.calls.api.CallView;
import org.strowger.calls.internal.Chain.Side;

/**
 * Which calls a policy is asked about: its service property {@code call.setting}. Nothing of the policy runs to find out, so that whoever it is no business of
 * pays nothing for it, however it fares.
 */
final class Concern {

  /** Every call. */
  static final Concern ALL = new Concern(List.of());

  private record Setting(String feature, String name) {
    /** What is no switch, or one that nobody can read, the policy may judge. */
    boolean isOn(Map<String, SettingsDocument> features) {
      SettingsDocument document = features.get(feature);
      Object value = document == null ? null : document.values().get(name);
      return value != null && !Boolean.FALSE.equals(value);
    }

    @Override
    public String toString() {
      return feature + "." + name;
    }
  }

  private final List<Setting> settings;

  private Concern(List<Setting> settings) {
    this.settings = settings;
  }

  /** @param words of the property; where one of them names no setting the policy is asked about every call */
  static Concern of(List<String> words) {
    var settings = new ArrayList<Setting>(words.size());
    for (String word : words) {
      int dot = word.lastIndexOf('.');
      if (dot < 1 || dot == word.length() - 1) {
        return ALL;
      }
      settings.add(new Setting(word.substring(0, dot), word.substring(dot + 1)));
    }
    return new Concern(List.copyOf(settings));
  }

  boolean has(Side side, CallView call) {
    if (settings.isEmpty()) {
      return true;
    }
    Optional<Account> account = side == Side.CALLEE ? call.callee() : call.callingAccount();
    if (account.isEmpty()) {
      return false;
    }
    Map<String, SettingsDocument> features = account.get().features();
    for (Setting setting : settings) {
      if (setting.isOn(features)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return settings.stream().map(Setting::toString).collect(Collectors.joining(", "));
  }
}
